package dev.merpati.chaos.ledger;

import java.util.Map;

/** Compares what a customer was told of a message with what the phone received. */
public final class Judge {
    private final Arrivals arrivals;

    public Judge(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    public Verdict of(Message message) {
        Map<String, Integer> ids = arrivals.of(message.text());
        if (ids.size() > 1) {
            return Verdict.DUPLICATED;
        }
        boolean arrived = ids.size() == 1;
        Verdict verdict = arrived ? ofArrived(message, ids) : ofMissing(message);
        return verdict.isGood() && !message.wrongAnswers().isEmpty() ? Verdict.WRONG : verdict;
    }

    /** How many copies of it reached the phone beyond the first, under the same id; the phone shows it once. */
    public int extraCopies(Message message) {
        return arrivals.of(message.text()).values().stream()
                .mapToInt(copies -> copies - 1)
                .sum();
    }

    private static Verdict ofArrived(Message message, Map<String, Integer> ids) {
        return switch (message.claim()) {
            case Claim.Sent sent -> ids.containsKey(sent.messageId()) ? Verdict.DELIVERED : Verdict.WRONG;
            case Claim.Pending _, Claim.Refused _ -> Verdict.WRONG;
            case Claim.Unknown _ -> Verdict.DELIVERED;
        };
    }

    private static Verdict ofMissing(Message message) {
        return switch (message.claim()) {
            case Claim.Sent _, Claim.Pending _ -> Verdict.LOST;
            case Claim.Unknown _ -> message.accepted() ? Verdict.LOST : Verdict.NOT_DELIVERED;
            case Claim.Refused _ -> Verdict.NOT_DELIVERED;
        };
    }
}
