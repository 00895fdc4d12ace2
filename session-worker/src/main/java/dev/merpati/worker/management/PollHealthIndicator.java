package dev.merpati.worker.management;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.worker.consumer.CommandConsumer;
import dev.merpati.worker.consumer.CommandConsumer.Drain;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Liveness: the poll thread polls, and no other worker has taken this one's id. An outage of Kafka or Redis is no reason
 * to restart a worker, and a restart would bring a draining one back into its group.
 */
public final class PollHealthIndicator implements HealthIndicator {
    private final ConsumerStatus status;
    private final CommandConsumer consumer;
    private final Duration longest;

    /** @param longest how long a poll, with the hand-over that it may bring, can take */
    public PollHealthIndicator(ConsumerStatus status, CommandConsumer consumer, Duration longest) {
        this.status = status;
        this.consumer = consumer;
        this.longest = longest;
    }

    @Override
    public Health health() {
        Duration age = status.sinceLastPoll();
        boolean polls = consumer.drainProgress() != Drain.NONE || age.compareTo(longest) <= 0;
        boolean alive = polls && !status.isShutOut();
        return (alive ? Health.up() : Health.down())
                .withDetail("lastPollMillisAgo", age.toMillis())
                .withDetail("shutOutByAnotherWorker", status.isShutOut())
                .build();
    }
}
