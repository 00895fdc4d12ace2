package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Draft;
import dev.merpati.chaos.ledger.KnownOutcome;
import dev.merpati.chaos.ledger.Message;
import dev.merpati.cluster.Answer;
import dev.merpati.cluster.UnansweredException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All questions and answers about one message so far, and what follows from them. For one thread. */
final class Correspondence {
    /** After these the API promises that nothing was sent and nothing will be. */
    private static final Set<String> PROMISED_NOT_SENT =
            Set.of("service_unavailable", "expired", "withdrawn", "session_busy", "rate_limit_exceeded");

    private static final Set<String> SENT = Set.of("sent", "delivered", "read");

    private final Draft draft;
    private final boolean takesNoForAnAnswer;
    private final Instant start = Instant.now();
    private final List<String> wrongAnswers = new ArrayList<>();
    private int attempts;
    private @Nullable String messageId;
    private @Nullable Instant acceptedAt;
    /** Whether a request got no answer: it may have been carried out. */
    private boolean inDoubt;

    private KnownOutcome outcome = new KnownOutcome.Unknown("no answer");
    private @Nullable Instant end;

    Correspondence(Draft draft, boolean takesNoForAnAnswer) {
        this.draft = draft;
        this.takesNoForAnAnswer = takesNoForAnAnswer;
    }

    /** Whether there is nothing more to be asked. */
    boolean isOver() {
        return end != null;
    }

    boolean isAccepted() {
        return messageId != null;
    }

    String messageId() {
        if (messageId == null) {
            throw new IllegalStateException("not accepted");
        }
        return messageId;
    }

    /** The answer to the request to send. */
    void answered(Answer answer, Duration time) {
        attempts++;
        if (time.compareTo(Customer.LONGEST_ANSWER) > 0) {
            wrongAnswers.add("answered after " + time.toSeconds() + " s");
        }
        switch (answer.status()) {
            case 200 -> {
                accepted(answer);
                over(new KnownOutcome.Sent(messageId()));
            }
            case 202 -> {
                accepted(answer);
                outcome = new KnownOutcome.Pending(messageId());
            }
            case 429, 503 -> refused(answer);
            case 504 -> over(new KnownOutcome.Unknown("504"));
            default -> {
                wrongAnswers.add(answer.toString());
                over(answer.status() >= 500 ? new KnownOutcome.Unknown("500") : new KnownOutcome.Refused(code(answer)));
            }
        }
    }

    private void accepted(Answer answer) {
        messageId = answer.text("messageId");
        if (acceptedAt == null) {
            acceptedAt = Instant.now();
        }
    }

    private void refused(Answer answer) {
        String code = code(answer);
        if (!PROMISED_NOT_SENT.contains(code) || answer.header("Retry-After").isEmpty()) {
            wrongAnswers.add(answer.toString());
        }
        if (!inDoubt) {
            outcome = new KnownOutcome.Refused(code);
            if (takesNoForAnAnswer) {
                over(outcome);
            }
        }
    }

    /** The request to send was not answered. */
    void unanswered(UnansweredException failure) {
        attempts++;
        if (failure.isTimeout()) {
            wrongAnswers.add("hung: " + failure.getMessage());
        }
        if (!failure.isRefused()) {
            inDoubt = true;
            outcome = new KnownOutcome.Unknown("no answer");
        }
    }

    /** The answer to the question what became of the message. */
    void lookedUp(Answer answer) {
        switch (answer.status()) {
            case 200 -> status(answer);
            case 503 -> {
                // Asked again.
            }
            default -> {
                wrongAnswers.add("looked up: " + answer);
                over(new KnownOutcome.Unknown("looked up: " + answer.status()));
            }
        }
    }

    private void status(Answer answer) {
        String status = answer.text("status");
        if (SENT.contains(status)) {
            over(new KnownOutcome.Sent(messageId()));
        } else if (status.equals("failed")) {
            String code = code(answer);
            over(code.equals("not_acknowledged") ? new KnownOutcome.Unknown(code) : new KnownOutcome.Refused(code));
        }
    }

    void lookupUnanswered(UnansweredException failure) {
        if (failure.isTimeout()) {
            wrongAnswers.add("hung: " + failure.getMessage());
        }
    }

    Message message() {
        return new Message(
                draft, start, end == null ? Instant.now() : end, acceptedAt, attempts, outcome, wrongAnswers);
    }

    private void over(KnownOutcome known) {
        outcome = known;
        end = Instant.now();
    }

    private static String code(Answer answer) {
        return answer.json().path("code").asString(String.valueOf(answer.status()));
    }
}
