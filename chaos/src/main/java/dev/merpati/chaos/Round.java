package dev.merpati.chaos;

import dev.merpati.chaos.fault.Fault;
import dev.merpati.chaos.ledger.Arrivals;
import dev.merpati.chaos.ledger.Failovers;
import dev.merpati.chaos.ledger.Judge;
import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.chaos.ledger.Message;
import dev.merpati.chaos.ledger.Verdict;
import dev.merpati.cluster.SimulatorClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One fault and all that was sent while it happened.
 *
 * @param recipients the phones that only this round's load wrote to
 * @param strikes when something went wrong
 */
record Round(
        Fault fault,
        Ledger ledger,
        List<String> recipients,
        List<Instant> strikes,
        long logins,
        double peakLoginsPerSecond) {

    /** Judges by what is on the phones now. What arrives later is only seen by a later judgement. */
    Result judged(SimulatorClient simulator) {
        Collection<Message> messages = ledger.messages();
        Judge judge = new Judge(messages, arrivals(simulator));
        Map<Message, Verdict> verdicts = new LinkedHashMap<>();
        messages.forEach(message -> verdicts.put(message, judge.of(message)));
        List<String> findings = new ArrayList<>(ledger.otherFindings());
        judge.neverSent().forEach(key -> findings.add("at a phone, but nobody sent it: " + key));
        return new Result(
                fault,
                verdicts,
                findings,
                messages.stream().mapToInt(judge::extraCopies).sum(),
                Failovers.of(messages, strikes),
                logins,
                peakLoginsPerSecond);
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
