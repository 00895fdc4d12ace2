package dev.merpati.testing;

import static org.awaitility.Awaitility.await;

import dev.merpati.embedded.EmbeddedRedis;
import dev.merpati.embedded.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Redis Cluster of masters without replicas, for tests: the slots are divided evenly, and those of a master that is
 * away are away, while the others serve theirs.
 */
public final class EmbeddedRedisCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SLOTS = 16_384;
    /** A node listens for the other nodes on a port that is this much higher. */
    private static final int BUS_OFFSET = 10_000;
    /** Both ports stay below the range that operating systems give to clients. */
    private static final int FIRST_PORT = 11_000;

    private static final int LAST_PORT = 21_000;
    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(1);

    private final Path directory;
    private final List<EmbeddedRedis> nodes = new ArrayList<>();

    private EmbeddedRedisCluster(Path directory) {
        this.directory = directory;
    }

    /** Starts the masters on free ports and returns when each of them knows all others and serves. */
    public static EmbeddedRedisCluster start(Path directory, int masters) {
        EmbeddedRedisCluster cluster = new EmbeddedRedisCluster(directory);
        try {
            for (int node = 0; node < masters; node++) {
                cluster.nodes.add(cluster.startNode(node, freePort()));
            }
            cluster.join();
            cluster.awaitWhole();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** What {@code spring.data.redis.cluster.nodes} takes. */
    public String nodes() {
        return nodes.stream().map(node -> node.host() + ":" + node.port()).collect(Collectors.joining(","));
    }

    public int size() {
        return nodes.size();
    }

    /** One master, counted from 0; another object after {@link #restart}. */
    public EmbeddedRedis node(int number) {
        return nodes.get(number);
    }

    /** The number of the master that serves a slot. */
    public int nodeOfSlot(int slot) {
        return IntStream.range(0, size())
                .filter(node -> slot >= firstSlot(node) && slot < firstSlot(node + 1))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("slot is " + slot + ", allowed is 0 to 16383"));
    }

    /** Starts a master again that was killed, with its data, and returns when the cluster is whole. */
    public void restart(int number) {
        nodes.set(number, startNode(number, nodes.get(number).port()));
        awaitWhole();
    }

    /** Stops all masters. Idempotent. */
    @Override
    public void close() {
        nodes.forEach(EmbeddedRedis::close);
    }

    private EmbeddedRedis startNode(int number, int port) {
        return EmbeddedRedis.start(
                directory.resolve("node-" + number),
                port,
                "--cluster-enabled",
                "yes",
                "--cluster-node-timeout",
                String.valueOf(NODE_TIMEOUT.toMillis()),
                "--cluster-require-full-coverage",
                "no");
    }

    private void join() {
        for (int number = 0; number < size(); number++) {
            int port = node(number).port();
            String slots = IntStream.range(firstSlot(number), firstSlot(number + 1))
                    .mapToObj(String::valueOf)
                    .collect(Collectors.joining(" "));
            RedisConversation.ask(port, "CLUSTER ADDSLOTS " + slots);
            RedisConversation.ask(port, "CLUSTER SET-CONFIG-EPOCH " + (number + 1));
            RedisConversation.ask(port, "CLUSTER MEET " + node(0).host() + " " + node(0).port());
        }
    }

    private void awaitWhole() {
        for (EmbeddedRedis node : nodes) {
            await("a whole cluster").atMost(PATIENCE).until(() -> {
                String info = RedisConversation.ask(node.port(), "CLUSTER INFO");
                return info.contains("cluster_state:ok")
                        && info.contains("cluster_slots_ok:" + SLOTS)
                        && info.contains("cluster_known_nodes:" + size());
            });
        }
    }

    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            if (FreePorts.isFree(port) && FreePorts.isFree(port + BUS_OFFSET)) {
                return port;
            }
        }
    }

    private int firstSlot(int number) {
        return number * SLOTS / size();
    }
}
