package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.cluster.Answer;
import dev.merpati.cluster.UnansweredException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Checks a number that is on WhatsApp and one that is not, asks for a session as another tenant, and writes down what must
 * not be answered. Thread-safe.
 */
final class NumberChecks {
    /** The simulator's number that is not on WhatsApp. */
    private static final String NOT_REGISTERED = "6289876543210";

    private final List<String> registered;
    private final Ledger ledger;
    private final AtomicInteger turn = new AtomicInteger();

    NumberChecks(List<String> registered, Ledger ledger) {
        this.registered = registered;
        this.ledger = ledger;
    }

    void check(Customer customer, String session) {
        String number = registered.get(turn.getAndIncrement() % registered.size());
        Instant asked = Instant.now();
        ask("number check", () -> {
            Answer answer = customer.next().check(session, List.of(number, NOT_REGISTERED));
            judge(answer, Duration.between(asked, Instant.now()));
        });
    }

    /** Asks for a session that is not the customer's. */
    void trespass(Customer customer, String session) {
        ask("another tenant's session", () -> {
            Answer answer = customer.next().get("/api/sessions/" + session);
            if (answer.status() != 403 && answer.status() != 503) {
                ledger.addFinding("another tenant's session: " + answer.status());
            }
        });
    }

    private void ask(String what, Runnable question) {
        try {
            question.run();
        } catch (UnansweredException e) {
            if (e.isTimeout()) {
                ledger.addFinding(what + ": hung");
            }
        } catch (RuntimeException e) {
            ledger.addFinding(what + ": failed: " + e);
        }
    }

    private void judge(Answer answer, Duration time) {
        if (time.compareTo(Customer.LONGEST_ANSWER) > 0) {
            ledger.addFinding("a number check was answered after " + time.toSeconds() + " s");
        }
        switch (answer.status()) {
            case 200 -> {
                JsonNode results = answer.json().required("results");
                requireNot(results.get(0), "invalid");
                requireNot(results.get(1), "valid");
            }
            case 503 -> {
                if (answer.header("Retry-After").isEmpty()) {
                    ledger.addFinding("number check: 503 without Retry-After");
                }
            }
            default -> ledger.addFinding("number check: " + answer);
        }
    }

    private void requireNot(JsonNode result, String wrong) {
        if (result.required("status").asString().equals(wrong)) {
            ledger.addFinding("number check: " + result);
        }
    }
}
