package dev.merpati.worker.health;

import dev.merpati.worker.consumer.PollPulse;
import dev.merpati.worker.shard.Shards;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Readiness: Kafka has given this worker its shards, and it has taken all of them. */
public final class AssignmentHealthIndicator implements HealthIndicator {
    private final PollPulse pulse;
    private final Shards shards;

    public AssignmentHealthIndicator(PollPulse pulse, Shards shards) {
        this.pulse = pulse;
        this.shards = shards;
    }

    @Override
    public Health health() {
        boolean open = shards.areOpen();
        return (pulse.isMember() && open ? Health.up() : Health.outOfService())
                .withDetail("assigned", pulse.isMember())
                .withDetail("shardsOpen", open)
                .build();
    }
}
