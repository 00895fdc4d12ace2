package dev.merpati.chaos;

import dev.merpati.chaos.fault.Fault;
import dev.merpati.chaos.inbound.InboundResult;
import dev.merpati.chaos.ledger.Arrivals;
import dev.merpati.chaos.ledger.Failovers;
import dev.merpati.chaos.ledger.Judge;
import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.chaos.ledger.Message;
import dev.merpati.chaos.ledger.Verdict;
import dev.merpati.chaos.load.Subscriber;
import dev.merpati.cluster.SimulatorClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One fault and all that was sent and written while it happened.
 *
 * @param recipients the phones that only this round's load wrote to
 * @param phones numbers that only this round's load wrote from
 * @param subscribers of the tenants
 * @param strikes when something went wrong
 */
record Round(
        Fault fault,
        Ledger ledger,
        List<String> recipients,
        List<String> phones,
        List<Subscriber> subscribers,
        List<Instant> strikes,
        long logins,
        double peakLoginsPerSecond) {

    /** How long half of what phones write takes at most where nothing is out of order. */
    private static final Duration UNDISTURBED = Duration.ofSeconds(2);

    /** Judges by what the phones and the tenants have now. What arrives later is only seen by a later judgement. */
    Result judged(SimulatorClient simulator) {
        Collection<Message> messages = ledger.messages();
        Judge judge = new Judge(messages, arrivals(simulator));
        Map<Message, Verdict> verdicts = new LinkedHashMap<>();
        messages.forEach(message -> verdicts.put(message, judge.of(message)));
        List<String> findings = new ArrayList<>(ledger.otherFindings());
        judge.neverSent().forEach(key -> findings.add("at a phone, but nobody sent it: " + key));
        InboundResult inbound = inbound(verdicts);
        findings.addAll(slowOthers(inbound));
        return new Result(
                fault,
                verdicts,
                findings,
                messages.stream().mapToInt(judge::extraCopies).sum(),
                Failovers.of(messages, strikes),
                logins,
                peakLoginsPerSecond,
                inbound);
    }

    private InboundResult inbound(Map<Message, Verdict> sent) {
        subscribers.forEach(Subscriber::poll);
        List<String> numbers = new ArrayList<>(phones);
        numbers.addAll(recipients);
        return InboundResult.of(ledger.written(), sent, numbers, subscribers);
    }

    /** Tenants who had to wait for the endpoint of another one. */
    private List<String> slowOthers(InboundResult inbound) {
        if (!fault.isOfOneEndpoint()) {
            return List.of();
        }
        return inbound.medians().stream()
                .skip(1)
                .filter(median -> median.compareTo(UNDISTURBED) > 0)
                .map(median -> "half of another tenant's events took more than " + median.toMillis() + " ms")
                .toList();
    }

    private Arrivals arrivals(SimulatorClient simulator) {
        Arrivals arrivals = new Arrivals();
        for (String recipient : recipients) {
            for (JsonNode arrived : simulator.messages(recipient)) {
                arrivals.add(
                        recipient,
                        arrived.required("id").asString(),
                        arrived.required("from").asString(),
                        arrived.path("text").asString(arrived.path("caption").asString("")),
                        arrived.hasNonNull("sha256")
                                ? arrived.required("sha256").asString()
                                : null,
                        arrived.required("copies").asInt());
            }
        }
        return arrivals;
    }
}
