package dev.merpati.chaos.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message that a customer wanted delivered, and how that went.
 *
 * @param acceptedAt when a gateway answered 200 or 202 for the first time; null when none did
 * @param attempts how many requests it took
 * @param wrongAnswers what the API answered that it must not answer
 * @param end when the outcome was known
 */
public record Message(
        Draft draft,
        Instant start,
        Instant end,
        @Nullable Instant acceptedAt,
        int attempts,
        KnownOutcome outcome,
        List<String> wrongAnswers) {
    private static final Duration UNDISTURBED = Duration.ofSeconds(2);

    public Message {
        wrongAnswers = List.copyOf(wrongAnswers);
    }

    public boolean isAccepted() {
        return acceptedAt != null;
    }

    /** Whether the customer noticed that something was the matter. */
    boolean isDisturbed() {
        return attempts > 1 || Duration.between(start, end).compareTo(UNDISTURBED) > 0;
    }

    /** Whether it was accepted before the customer began with that one, so that it has to arrive first. */
    boolean isAcceptedBefore(Message later) {
        return acceptedAt != null && acceptedAt.isBefore(later.start);
    }
}
