package dev.merpati.chaos.inbound;

import dev.merpati.chaos.ledger.Written;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Compares what phones wrote to the sessions of one tenant with the events that the tenant got. */
public final class InboundJudge {
    private final Collection<Written> written;
    private final EventLog log;
    private final Set<Written> overtaken;

    /** @param written by phones that wrote nothing else to this tenant */
    public InboundJudge(Collection<Written> written, EventLog log) {
        this.written = List.copyOf(written);
        this.log = log;
        this.overtaken = this.written.stream().collect(Collectors.groupingBy(Written::session)).values().stream()
                .flatMap(ofSession -> overtaken(ofSession).stream())
                .collect(Collectors.toSet());
    }

    /** Judges one thing that was written. */
    public InboundVerdict of(Written one) {
        List<ReceivedEvent> events = log.about(Subject.of(one));
        if (events.isEmpty()) {
            return InboundVerdict.LOST;
        }
        if (events.size() > 1) {
            return InboundVerdict.DUPLICATED;
        }
        if (!isAsWritten(events.getFirst(), one)) {
            return InboundVerdict.MISDELIVERED;
        }
        return overtaken.contains(one) ? InboundVerdict.OVERTAKEN : InboundVerdict.DELIVERED;
    }

    /**
     * What the tenant heard of that nobody wrote.
     *
     * @param numbers of the chats that this load alone wrote in
     */
    public List<String> neverWritten(Collection<String> numbers) {
        Set<Subject> known = written.stream().map(Subject::of).collect(Collectors.toSet());
        return numbers.stream()
                .flatMap(number -> log.ofChat(number).stream())
                .filter(subject -> !known.contains(subject))
                .map(Subject::toString)
                .sorted()
                .toList();
    }

    /** How long it took from the phone to the tenant; empty when the tenant has not got it. */
    public Optional<Duration> delay(Written one) {
        return log.about(Subject.of(one)).stream()
                .findFirst()
                .map(event -> Duration.ofNanos(event.receivedAt() - one.begunAt()));
    }

    /** How often it came again under its id. */
    public int repeats(Written one) {
        return log.repeats(Subject.of(one));
    }

    private static boolean isAsWritten(ReceivedEvent event, Written one) {
        return event.type().equals(one.kind().eventType())
                && event.session().equals(one.session())
                && event.text("from").equals(one.author())
                && event.text("chat").equals(one.peer())
                && event.text("messageType")
                        .equals(Objects.requireNonNullElse(one.kind().messageType(), ""))
                && content(event, one.kind()).equals(one.content())
                && Objects.equals(sha256(event.data()), one.fileSha256());
    }

    private static String content(ReceivedEvent event, Written.Kind kind) {
        return switch (kind) {
            case TEXT, OWN_TEXT, EDIT -> event.text("text");
            case FILE -> event.text("caption");
            case REACTION -> event.text("emoji");
        };
    }

    private static @Nullable String sha256(JsonNode data) {
        return data.hasNonNull("media") ? data.required("media").path("sha256").asString("") : null;
    }

    private record Place(Written written, ReceivedEvent event) {}

    /** Those that came after something which was begun when they were on their way already. */
    private Set<Written> overtaken(Collection<Written> ofSession) {
        List<Place> places = ofSession.stream()
                .flatMap(one -> log.about(Subject.of(one)).stream().limit(1).map(event -> new Place(one, event)))
                .filter(place -> !place.event().outOfTurn())
                .sorted(Comparator.comparingInt(place -> place.event().position()))
                .toList();
        Set<Written> late = new HashSet<>();
        @Nullable Written latest = null;
        for (Place place : places) {
            Written one = place.written();
            // By differences, since these clocks may overflow.
            if (latest != null && latest.begunAt() - one.doneAt() > 0) {
                late.add(one);
            }
            if (latest == null || one.begunAt() - latest.begunAt() > 0) {
                latest = one;
            }
        }
        return late;
    }

    /** Judges everything. */
    public Map<Written, InboundVerdict> all() {
        return written.stream().collect(Collectors.toMap(one -> one, this::of));
    }
}
