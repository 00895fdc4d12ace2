package dev.merpati.chaos.ledger;

import dev.merpati.chaos.ledger.Arrivals.Arrival;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares what customers were told of their messages with what the phones received. */
public final class Judge {
    private final Collection<Message> messages;
    private final Arrivals arrivals;
    private final Map<List<String>, List<Message>> byConversation;

    public Judge(Collection<Message> messages, Arrivals arrivals) {
        this.messages = List.copyOf(messages);
        this.arrivals = arrivals;
        this.byConversation = this.messages.stream().collect(Collectors.groupingBy(Judge::conversation));
    }

    /** What a phone received that no customer sent, by its first characters. */
    public Set<String> neverSent() {
        Set<String> keys = new HashSet<>(arrivals.keys());
        messages.forEach(message -> keys.remove(message.draft().key()));
        return keys;
    }

    public Verdict of(Message message) {
        List<Arrival> arrived = arrivals.of(message.draft().key());
        Verdict verdict = arrived.isEmpty() ? ofMissing(message) : ofArrived(message, arrived);
        return verdict.isGood() && !message.wrongAnswers().isEmpty() ? Verdict.WRONG : verdict;
    }

    /** How many copies of it reached the phone beyond the first, under the same id; the phone shows it once. */
    public int extraCopies(Message message) {
        return arrivals.of(message.draft().key()).stream()
                .mapToInt(arrival -> arrival.copies() - 1)
                .sum();
    }

    private Verdict ofArrived(Message message, List<Arrival> arrived) {
        if (arrived.stream().map(Arrival::messageId).distinct().count() > 1) {
            return Verdict.DUPLICATED;
        }
        // Under one id, but not at one phone only; or not what was sent.
        if (arrived.size() > 1 || !isAsSent(arrived.getFirst(), message.draft())) {
            return Verdict.MISDELIVERED;
        }
        boolean asTold = switch (message.outcome()) {
            case KnownOutcome.Sent sent -> arrived.getFirst().messageId().equals(sent.messageId());
            case KnownOutcome.Unknown _ -> true;
            case KnownOutcome.Pending _, KnownOutcome.Refused _ -> false;
        };
        if (!asTold) {
            return Verdict.WRONG;
        }
        return isOvertaken(message, arrived.getFirst()) ? Verdict.OVERTAKEN : Verdict.DELIVERED;
    }

    private static boolean isAsSent(Arrival arrival, Draft draft) {
        return arrival.phone().equals(draft.recipient())
                && arrival.sender().equals(draft.sender())
                && arrival.content().equals(draft.content())
                && Objects.equals(arrival.fileSha256(), draft.fileSha256());
    }

    private boolean isOvertaken(Message message, Arrival arrival) {
        return byConversation.getOrDefault(conversation(message), List.of()).stream()
                .filter(message::isAcceptedBefore)
                .flatMap(later -> arrivals.of(later.draft().key()).stream())
                .anyMatch(later -> later.phone().equals(arrival.phone()) && later.position() < arrival.position());
    }

    private static List<String> conversation(Message message) {
        return List.of(message.draft().session(), message.draft().recipient());
    }

    private static Verdict ofMissing(Message message) {
        return switch (message.outcome()) {
            case KnownOutcome.Sent _, KnownOutcome.Pending _ -> Verdict.LOST;
            case KnownOutcome.Unknown _ -> message.isAccepted() ? Verdict.LOST : Verdict.NOT_DELIVERED;
            case KnownOutcome.Refused _ -> Verdict.NOT_DELIVERED;
        };
    }
}
