package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.UnansweredException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** Checks a number that is on WhatsApp and one that is not, and writes down what must not be answered. Thread-safe. */
final class NumberChecks {
    /** The simulator's number that is not on WhatsApp. */
    private static final String NOT_REGISTERED = "6289876543210";

    private final List<GatewayClient> gateways;
    private final List<String> registered;
    private final Ledger ledger;
    private final AtomicInteger turn = new AtomicInteger();

    NumberChecks(List<GatewayClient> gateways, List<String> registered, Ledger ledger) {
        this.gateways = gateways;
        this.registered = registered;
        this.ledger = ledger;
    }

    void check(String session) {
        int number = turn.getAndIncrement();
        Instant asked = Instant.now();
        try {
            Answer answer = gateways.get(number % gateways.size())
                    .check(session, List.of(registered.get(number % registered.size()), NOT_REGISTERED));
            judge(answer, Duration.between(asked, Instant.now()));
        } catch (UnansweredException e) {
            if (e.isTimeout()) {
                ledger.addFinding("a number check hung");
            }
        } catch (RuntimeException e) {
            ledger.addFinding("a number check failed: " + e);
        }
    }

    private void judge(Answer answer, Duration time) {
        if (time.compareTo(CarefulCustomer.LONGEST_ANSWER) > 0) {
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
