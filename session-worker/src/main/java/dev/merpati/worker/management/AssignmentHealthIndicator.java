package dev.merpati.worker.management;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.worker.consumer.CommandConsumer;
import dev.merpati.worker.consumer.CommandConsumer.Drain;
import dev.merpati.worker.shard.Shards;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Readiness: Kafka has assigned this worker its shards, even if none, all of them are open, and it is not draining. */
public final class AssignmentHealthIndicator implements HealthIndicator {
    private final ConsumerStatus status;
    private final CommandConsumer consumer;
    private final Shards shards;

    public AssignmentHealthIndicator(ConsumerStatus status, CommandConsumer consumer, Shards shards) {
        this.status = status;
        this.consumer = consumer;
        this.shards = shards;
    }

    @Override
    public Health health() {
        boolean open = shards.areOpen();
        Drain drain = consumer.drainProgress();
        return (drain == Drain.NONE && status.isMember() && open ? Health.up() : Health.outOfService())
                .withDetail("assigned", status.isMember())
                .withDetail("shardsOpen", open)
                .withDetail("drain", drain)
                .build();
    }
}
