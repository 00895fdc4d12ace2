package dev.merpati.worker.management;

import dev.merpati.worker.consumer.ConsumerStatus;
import dev.merpati.worker.consumer.ConsumerStatus.Drain;
import dev.merpati.worker.shard.Shards;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Readiness: Kafka has assigned this worker its shards, even if none, all of them are open, and it is not draining. */
public final class AssignmentHealthIndicator implements HealthIndicator {
    private final ConsumerStatus status;
    private final Shards shards;

    public AssignmentHealthIndicator(ConsumerStatus status, Shards shards) {
        this.status = status;
        this.shards = shards;
    }

    @Override
    public Health health() {
        boolean open = shards.areOpen();
        boolean stays = status.drain() == Drain.NONE;
        return (stays && status.isMember() && open ? Health.up() : Health.outOfService())
                .withDetail("assigned", status.isMember())
                .withDetail("shardsOpen", open)
                .withDetail("drain", status.drain())
                .build();
    }
}
