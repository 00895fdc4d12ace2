package dev.merpati.worker.health;

import dev.merpati.worker.consumer.Drain;
import dev.merpati.worker.consumer.PollPulse;
import dev.merpati.worker.shard.Shards;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Readiness: Kafka has given this worker its shards, be it none, and it has taken all of them; and it stays. */
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
        boolean stays = pulse.drain() == Drain.NONE;
        return (stays && pulse.isMember() && open ? Health.up() : Health.outOfService())
                .withDetail("assigned", pulse.isMember())
                .withDetail("shardsOpen", open)
                .withDetail("drain", pulse.drain())
                .build();
    }
}
