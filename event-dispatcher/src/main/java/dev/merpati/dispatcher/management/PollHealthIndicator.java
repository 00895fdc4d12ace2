package dev.merpati.dispatcher.management;

import dev.merpati.clients.kafka.ConsumerStatus;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Liveness: the poll thread polls, and no other dispatcher has taken this one's id. An outage of Kafka or Redis is no reason to
 * restart a dispatcher.
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
        boolean alive = age.compareTo(longest) <= 0 && !status.isShutOut();
        return (alive ? Health.up() : Health.down())
                .withDetail("lastPollMillisAgo", age.toMillis())
                .withDetail("shutOutByAnotherDispatcher", status.isShutOut())
                .build();
    }
}
