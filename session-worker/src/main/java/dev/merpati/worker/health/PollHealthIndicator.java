package dev.merpati.worker.health;

import dev.merpati.worker.consumer.Drain;
import dev.merpati.worker.consumer.PollPulse;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Liveness: the poll thread polls, and no other worker has taken this one's id. What Kafka or Redis suffer from is no
 * reason to restart a worker, and one that drains would come back into its group by a restart.
 */
public final class PollHealthIndicator implements HealthIndicator {
    private final PollPulse pulse;
    private final Duration longest;

    /** @param longest how long a poll, with the hand-over that it may bring, can take */
    public PollHealthIndicator(PollPulse pulse, Duration longest) {
        this.pulse = pulse;
        this.longest = longest;
    }

    @Override
    public Health health() {
        Duration age = pulse.sinceLastPoll();
        boolean polls = pulse.drain() != Drain.NONE || age.compareTo(longest) <= 0;
        boolean alive = polls && !pulse.isShutOut();
        return (alive ? Health.up() : Health.down())
                .withDetail("lastPollMillisAgo", age.toMillis())
                .withDetail("shutOutByAnotherWorker", pulse.isShutOut())
                .build();
    }
}
