package dev.merpati.chaos.fault;

import dev.merpati.cluster.GatewayProcess;
import dev.merpati.cluster.TcpProxy;
import java.time.Duration;

/** What happens to gateways, Kafka and Redis. */
final class ServiceFaults {
    private static final Duration SHORT_OUTAGE = Duration.ofSeconds(3);

    private ServiceFaults() {}

    static void killGateway(Arena arena) throws InterruptedException {
        GatewayProcess gateway = arena.cluster().gateways().getFirst();
        arena.struck();
        gateway.kill();
        Thread.sleep(SHORT_OUTAGE);
        gateway.start();
    }

    static void killKafka(Arena arena) {
        arena.struck();
        arena.cluster().kafka().kill();
        arena.cluster().kafka().start();
    }

    static void kafkaAway(Arena arena) throws InterruptedException {
        away(arena, arena.cluster().kafka().proxy());
    }

    static void restartRedis(Arena arena) {
        arena.struck();
        arena.cluster().redis().restart();
    }

    static void killRedis(Arena arena) {
        arena.struck();
        arena.cluster().redis().kill();
        arena.cluster().redis().start();
    }

    static void cutRedisOff(Arena arena) {
        arena.struck();
        arena.cluster().redis().proxy().dropConnections();
    }

    static void redisAway(Arena arena) throws InterruptedException {
        away(arena, arena.cluster().redis().proxy());
    }

    private static void away(Arena arena, TcpProxy proxy) throws InterruptedException {
        arena.struck();
        proxy.cut();
        Thread.sleep(arena.away());
        proxy.restore();
    }
}
