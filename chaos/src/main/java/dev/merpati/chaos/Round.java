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
import java.util.Collection;
import java.util.List;

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
        Judge judge = new Judge(arrivals(simulator));
        Collection<Message> messages = ledger.messages();
        List<Result.Bad> bad = messages.stream()
                .map(message -> new Result.Bad(judge.of(message), message))
                .filter(judged -> !judged.verdict().isGood())
                .toList();
        return new Result(
                fault,
                messages.size(),
                messages.stream().filter(Message::accepted).count(),
                messages.stream()
                        .filter(message -> judge.of(message) == Verdict.DELIVERED)
                        .count(),
                bad,
                ledger.otherFindings(),
                messages.stream().mapToInt(judge::extraCopies).sum(),
                Failovers.of(messages, strikes),
                logins,
                peakLoginsPerSecond);
    }

    private Arrivals arrivals(SimulatorClient simulator) {
        Arrivals arrivals = new Arrivals();
        recipients.stream()
                .flatMap(recipient -> simulator.messages(recipient).stream())
                .filter(arrived -> arrived.hasNonNull("text"))
                .forEach(arrived -> arrivals.add(
                        arrived.required("text").asString(),
                        arrived.required("id").asString(),
                        arrived.required("copies").asInt()));
        return arrivals;
    }
}
