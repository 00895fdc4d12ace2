package dev.merpati.chaos;

import dev.merpati.chaos.fault.Fault;
import dev.merpati.chaos.ledger.Failovers;
import dev.merpati.chaos.ledger.Message;
import dev.merpati.chaos.ledger.Verdict;
import java.util.List;

/**
 * What came of one fault.
 *
 * @param sent how many texts customers wanted delivered
 * @param accepted how many of them a gateway accepted
 * @param deliveredOnce at the phone under one id, with the customer told the truth
 * @param extraCopies stanzas that repeated a message under its own id, which the phone shows once
 */
record Result(
        Fault fault,
        int sent,
        long accepted,
        long deliveredOnce,
        List<Bad> bad,
        List<String> otherFindings,
        int extraCopies,
        Failovers failovers,
        long logins,
        double peakLoginsPerSecond) {

    /** A message of which something is true that must not be. */
    record Bad(Verdict verdict, Message message) {}

    long count(Verdict verdict) {
        return bad.stream().filter(one -> one.verdict() == verdict).count();
    }

    long wrong() {
        return count(Verdict.WRONG) + otherFindings.size();
    }

    boolean isGood() {
        return bad.isEmpty() && otherFindings.isEmpty() && sent > 0;
    }
}
