package dev.merpati.chaos;

import dev.merpati.chaos.fault.Fault;
import dev.merpati.chaos.inbound.InboundResult;
import dev.merpati.chaos.ledger.Failovers;
import dev.merpati.chaos.ledger.KnownOutcome;
import dev.merpati.chaos.ledger.Message;
import dev.merpati.chaos.ledger.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What came of one fault.
 *
 * @param verdicts on all that customers wanted delivered
 * @param findings what must not be, but is not of one message
 * @param extraCopies stanzas that repeated a message under its own id, which the phone shows once
 * @param inbound what came of what phones wrote
 */
record Result(
        Fault fault,
        Map<Message, Verdict> verdicts,
        List<String> findings,
        int extraCopies,
        Failovers failovers,
        long logins,
        double peakLoginsPerSecond,
        InboundResult inbound) {
    /** Of all messages: a product that knows of none how it ended would else never be wrong. */
    private static final double MOST_UNKNOWN = 0.1;

    Result {
        verdicts = Map.copyOf(verdicts);
        List<String> all = new ArrayList<>(findings);
        long unknown = unknown(verdicts.keySet());
        if (unknown > Math.max(1, verdicts.size() * MOST_UNKNOWN)) {
            all.add("of " + verdicts.size() + " messages " + unknown + " ended unknown");
        }
        findings = List.copyOf(all);
    }

    int sent() {
        return verdicts.size();
    }

    /** How many a gateway accepted. */
    long accepted() {
        return verdicts.keySet().stream().filter(Message::isAccepted).count();
    }

    /** How many customers never learned how their message ended. */
    long unknown() {
        return unknown(verdicts.keySet());
    }

    private static long unknown(Set<Message> messages) {
        return messages.stream()
                .filter(message -> message.outcome() instanceof KnownOutcome.Unknown)
                .count();
    }

    long count(Verdict verdict) {
        return verdicts.values().stream().filter(verdict::equals).count();
    }

    /** All that must not be, but what is lost or duplicated. */
    long wrong() {
        return bad().size() - count(Verdict.LOST) - count(Verdict.DUPLICATED) + findings.size();
    }

    /** The messages of which something is true that must not be. */
    List<Map.Entry<Message, Verdict>> bad() {
        return verdicts.entrySet().stream()
                .filter(judged -> !judged.getValue().isGood())
                .toList();
    }

    boolean isGood() {
        return bad().isEmpty() && findings.isEmpty() && sent() > 0 && inbound.isGood();
    }
}
