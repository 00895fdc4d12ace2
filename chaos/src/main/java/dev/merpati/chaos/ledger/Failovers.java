package dev.merpati.chaos.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long the sessions that a fault disturbed were without service: from the strike to the first acknowledgement of a
 * message that was sent after it. A session is disturbed when its first message after the strike was slow or had to be
 * repeated; others were not affected, and do not count.
 */
public record Failovers(List<Duration> sorted) {

    /** @param strikes when something went wrong, in order: a rolling restart strikes several times */
    public static Failovers of(Collection<Message> messages, List<Instant> strikes) {
        List<Duration> all = new ArrayList<>();
        for (int i = 0; i < strikes.size(); i++) {
            Instant strike = strikes.get(i);
            Instant end = i + 1 < strikes.size() ? strikes.get(i + 1) : Instant.MAX;
            all.addAll(between(messages, strike, end));
        }
        return new Failovers(all.stream().sorted().toList());
    }

    private static Collection<Duration> between(Collection<Message> messages, Instant strike, Instant end) {
        Map<String, List<Message>> bySession = new HashMap<>();
        messages.stream()
                .filter(message -> message.outcome() instanceof KnownOutcome.Sent)
                .filter(message ->
                        !message.start().isBefore(strike) && message.start().isBefore(end))
                .forEach(message -> bySession
                        .computeIfAbsent(message.draft().session(), _ -> new ArrayList<>())
                        .add(message));
        return bySession.values().stream()
                .filter(ofSession -> first(ofSession).isDisturbed())
                .map(ofSession -> Duration.between(strike, firstEnd(ofSession)))
                .toList();
    }

    private static Message first(List<Message> messages) {
        return messages.stream().min(Comparator.comparing(Message::start)).orElseThrow();
    }

    private static Instant firstEnd(List<Message> messages) {
        return messages.stream()
                .map(Message::end)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** How many sessions were disturbed. */
    public int sessions() {
        return sorted.size();
    }

    public Optional<Duration> median() {
        return sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get(sorted.size() / 2));
    }

    public Optional<Duration> longest() {
        return sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.getLast());
    }
}
