package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Claim;
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

    private final String session;
    private final String text;
    private final boolean takesNoForAnAnswer;
    private final Instant start = Instant.now();
    private final List<String> wrongAnswers = new ArrayList<>();
    private int attempts;
    private @Nullable String messageId;
    /** Whether a request got no answer: it may have been carried out. */
    private boolean inDoubt;

    private Claim claim = new Claim.Unknown("no answer");
    private @Nullable Instant end;

    Correspondence(String session, String text, boolean takesNoForAnAnswer) {
        this.session = session;
        this.text = text;
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
        if (time.compareTo(CarefulCustomer.LONGEST_ANSWER) > 0) {
            wrongAnswers.add("answered after " + time.toSeconds() + " s");
        }
        switch (answer.status()) {
            case 200 -> {
                messageId = answer.text("messageId");
                over(new Claim.Sent(messageId));
            }
            case 202 -> {
                messageId = answer.text("messageId");
                claim = new Claim.Pending(messageId);
            }
            case 429, 503 -> refused(answer);
            case 504 -> over(new Claim.Unknown("504"));
            default -> {
                wrongAnswers.add(answer.toString());
                over(answer.status() >= 500 ? new Claim.Unknown("500") : new Claim.Refused(code(answer)));
            }
        }
    }

    private void refused(Answer answer) {
        String code = code(answer);
        if (!PROMISED_NOT_SENT.contains(code) || answer.header("Retry-After").isEmpty()) {
            wrongAnswers.add(answer.toString());
        }
        if (!inDoubt) {
            claim = new Claim.Refused(code);
            if (takesNoForAnAnswer) {
                over(claim);
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
            claim = new Claim.Unknown("no answer");
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
                over(new Claim.Unknown("looked up: " + answer.status()));
            }
        }
    }

    private void status(Answer answer) {
        String status = answer.text("status");
        if (SENT.contains(status)) {
            over(new Claim.Sent(messageId()));
        } else if (status.equals("failed")) {
            String code = code(answer);
            over(code.equals("not_acknowledged") ? new Claim.Unknown(code) : new Claim.Refused(code));
        }
    }

    void lookupUnanswered(UnansweredException failure) {
        if (failure.isTimeout()) {
            wrongAnswers.add("hung: " + failure.getMessage());
        }
    }

    Message message() {
        return new Message(
                text, session, start, end == null ? Instant.now() : end, isAccepted(), attempts, claim, wrongAnswers);
    }

    private void over(Claim known) {
        claim = known;
        end = Instant.now();
    }

    private static String code(Answer answer) {
        return answer.json().path("code").asString(String.valueOf(answer.status()));
    }
}
