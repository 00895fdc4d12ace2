package dev.merpati.chaos.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One text that a customer wanted delivered, and how that went.
 *
 * @param text unlike that of every other message: what it is found by on the phone
 * @param accepted whether the gateway ever answered 200 or 202
 * @param attempts how many requests it took
 * @param wrongAnswers what the API answered that it must not answer
 * @param end when the claim was known
 */
public record Message(
        String text,
        String session,
        Instant start,
        Instant end,
        boolean accepted,
        int attempts,
        Claim claim,
        List<String> wrongAnswers) {
    private static final Duration UNDISTURBED = Duration.ofSeconds(2);

    public Message {
        wrongAnswers = List.copyOf(wrongAnswers);
    }

    /** Whether the customer noticed that something was the matter. */
    boolean isDisturbed() {
        return attempts > 1 || Duration.between(start, end).compareTo(UNDISTURBED) > 0;
    }
}
