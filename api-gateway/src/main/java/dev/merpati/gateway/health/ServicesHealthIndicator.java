package dev.merpati.gateway.health;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Readiness: up from when Redis and Kafka have both been there, and for good. A gateway that is misconfigured never takes the
 * place of one that serves; but an outage, which all gateways see at once, takes none of them out of the balancer, whose answer
 * would be another than the 503 that the API promises. Never throws.
 */
@Component("services")
class ServicesHealthIndicator implements ReactiveHealthIndicator {
    private final ReactiveStringRedisTemplate redis;
    private final KafkaHealthIndicator kafka;
    private volatile boolean reached;

    ServicesHealthIndicator(ReactiveStringRedisTemplate redis, KafkaHealthIndicator kafka) {
        this.redis = redis;
        this.kafka = kafka;
    }

    @Override
    public Mono<Health> health() {
        return reached ? Mono.just(Health.up().build()) : Mono.zip(redisIsThere(), kafkaIsThere(), this::firstLook);
    }

    private Health firstLook(boolean redisIsThere, boolean kafkaIsThere) {
        if (redisIsThere && kafkaIsThere) {
            reached = true;
        }
        return (reached ? Health.up() : Health.outOfService())
                .withDetail("redis", redisIsThere)
                .withDetail("kafka", kafkaIsThere)
                .build();
    }

    private Mono<Boolean> redisIsThere() {
        return redis.execute(ReactiveRedisConnection::ping)
                .next()
                .map(pong -> true)
                .timeout(TopicInspection.TIMEOUT, Mono.just(false))
                .onErrorReturn(false)
                .defaultIfEmpty(false);
    }

    private Mono<Boolean> kafkaIsThere() {
        return kafka.health().map(health -> health.getStatus().equals(Status.UP));
    }
}
