package dev.merpati.worker.management;

import dev.merpati.worker.consumer.ConsumerStatus;
import dev.merpati.worker.consumer.ConsumerStatus.Drain;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Liveness: the poll thread polls, and no other worker has taken this one's id. An outage of Kafka or Redis is no reason
 * to restart a worker, and a restart would bring a draining one back into its group.
 */
public final class PollHealthIndicator implements HealthIndicator {
    private final ConsumerStatus status;
    private final Duration longest;

    /** @param longest how long a poll, with the hand-over that it may bring, can take */
    public PollHealthIndicator(ConsumerStatus status, Duration longest) {
        this.status = status;
        this.longest = longest;
    }

    @Override
    public Health health() {
        Duration age = status.sinceLastPoll();
        boolean polls = status.drain() != Drain.NONE || age.compareTo(longest) <= 0;
        boolean alive = polls && !status.isShutOut();
        return (alive ? Health.up() : Health.down())
                .withDetail("lastPollMillisAgo", age.toMillis())
                .withDetail("shutOutByAnotherWorker", status.isShutOut())
                .build();
    }
}
