package dev.merpati.dispatcher.management;

import dev.merpati.clients.kafka.ConsumerStatus;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Readiness: Kafka has assigned this dispatcher its partitions, even if none. */
public final class AssignmentHealthIndicator implements HealthIndicator {
    private final ConsumerStatus status;

    public AssignmentHealthIndicator(ConsumerStatus status) {
        this.status = status;
    }

    @Override
    public Health health() {
        return (status.isMember() ? Health.up() : Health.outOfService())
                .withDetail("assigned", status.isMember())
                .build();
    }
}
