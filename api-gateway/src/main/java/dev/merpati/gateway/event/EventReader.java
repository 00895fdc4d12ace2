package dev.merpati.gateway.event;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.StoredEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.Limit;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads the streams of tenants. Each read looks at a bounded number of events and returns a bounded number of bytes, whatever is
 * wanted: a filter that matches nothing costs no more than one that matches everything. Thread-safe.
 */
@Component
public class EventReader {
    /** Before every event there can be. */
    public static final EventId BEGINNING = new EventId(0, 0);

    private static final LuaScript<List<Object>> READ = LuaScript.returningList("read-events");

    /** For each run of the script: Redis does nothing else meanwhile. */
    private static final int LOOKS_PER_RUN = 500;

    /** For each read, after which it returns what it has. */
    private static final int LOOKS_PER_READ = 5_000;

    private static final int HEAD = 4;
    private static final int FIELDS = 6;

    private final ReactiveStringRedisTemplate redis;
    private final Counter runs;

    EventReader(ReactiveStringRedisTemplate redis, MeterRegistry metrics) {
        this.redis = redis;
        this.runs = Counter.builder("merpati.gateway.events.reads")
                .description("Commands that read events of tenants from Redis")
                .register(metrics);
    }

    /**
     * Reads what comes after an event, oldest first. An error of 410 when events after it are no longer kept.
     *
     * @param after null to begin with the oldest that is kept
     * @param limit how many events at most
     * @param bytes of data after which to stop; an event that is longer comes alone
     */
    public Mono<EventPage> read(String tenantId, @Nullable EventId after, EventFilter filter, int limit, long bytes) {
        return Mono.defer(() -> go(new Reading(tenantId, filter, limit, bytes), after));
    }

    private Mono<EventPage> go(Reading reading, @Nullable EventId after) {
        runs.increment();
        return READ.run(redis, reading.keys(), reading.arguments(after)).flatMap(answer -> {
            EventId removed = idOf(answer.get(0));
            if (after != null && removed != null && after.compareTo(removed) < 0) {
                return Mono.error(expired(idOf(answer.get(1))).exception());
            }
            boolean ended = (Long) answer.get(3) == 1;
            EventId next = latest(latest(after, removed), idOf(answer.get(2)));
            reading.add(answer);
            return ended || reading.isFull() ? Mono.just(reading.page(next, !ended)) : go(reading, next);
        });
    }

    /**
     * Reads the newest events of a session, newest first.
     *
     * @param before the id of the last event of the part before; null for the newest
     */
    public Mono<List<StoredEvent>> newest(String tenantId, UUID sessionId, @Nullable EventId before, int limit) {
        Range<String> range =
                before == null ? Range.unbounded() : Range.leftUnbounded(Range.Bound.exclusive(before.toString()));
        return redis.opsForZSet()
                .reverseRangeByLex(
                        EventKeys.ofSession(tenantId, sessionId),
                        range,
                        Limit.limit().count(limit))
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .map(EventId::parse)
                .flatMapSequential(id -> find(tenantId, id))
                .collectList();
    }

    /** Finds one event; empty when it is not kept. */
    public Mono<StoredEvent> find(String tenantId, EventId id) {
        return redis.<String, String>opsForStream()
                .range(EventKeys.stream(tenantId), Range.just(id.entryId()))
                .next()
                .map(entry -> StoredEvent.of(entry.getId().getValue(), entry.getValue()));
    }

    /** Returns the id of the tenant's youngest event, kept or not; {@link #BEGINNING} when there never was one. */
    public Mono<EventId> last(String tenantId) {
        runs.increment();
        return redis.<String, String>opsForHash()
                .get(EventKeys.progress(tenantId), "last")
                .mapNotNull(EventReader::idOf)
                .defaultIfEmpty(BEGINNING);
    }

    private static @Nullable EventId idOf(Object text) {
        return text.toString().isEmpty() ? null : EventId.ofEntry(text.toString());
    }

    private static EventId latest(@Nullable EventId one, @Nullable EventId other) {
        if (one == null) {
            return other == null ? BEGINNING : other;
        }
        return other == null || one.compareTo(other) >= 0 ? one : other;
    }

    private static ApiError expired(@Nullable EventId oldest) {
        ApiError error = ApiError.of(
                HttpStatus.GONE,
                "events_expired",
                "Events after this one are no longer kept: leave after out to go on with the oldest that is");
        return oldest == null ? error : error.with("oldest", oldest.toString());
    }

    /** One read, over the runs that it takes. */
    private static final class Reading {
        private final String tenantId;
        private final EventFilter filter;
        private final List<StoredEvent> events = new ArrayList<>();
        private int limit;
        private long bytes;
        private int looks = LOOKS_PER_READ;

        Reading(String tenantId, EventFilter filter, int limit, long bytes) {
            this.tenantId = tenantId;
            this.filter = filter;
            this.limit = limit;
            this.bytes = bytes;
        }

        List<String> keys() {
            UUID session = filter.sessionId();
            String stream = EventKeys.stream(tenantId);
            return List.of(
                    stream,
                    EventKeys.progress(tenantId),
                    session == null ? stream : EventKeys.ofSession(tenantId, session));
        }

        Object[] arguments(@Nullable EventId after) {
            List<Object> arguments = new ArrayList<>(List.of(
                    after == null ? "" : after.entryId(),
                    after == null ? "" : after.toString(),
                    limit,
                    LOOKS_PER_RUN,
                    bytes,
                    filter.sessionId() == null ? 0 : 1));
            arguments.addAll(filter.types());
            return arguments.toArray();
        }

        void add(List<Object> answer) {
            looks -= LOOKS_PER_RUN;
            for (int i = HEAD; i + FIELDS <= answer.size(); i += FIELDS) {
                StoredEvent event = StoredEvent.of(
                        answer.get(i).toString(),
                        Map.of(
                                StoredEvent.SESSION, answer.get(i + 1).toString(),
                                StoredEvent.TYPE, answer.get(i + 2).toString(),
                                StoredEvent.TIMESTAMP, answer.get(i + 3).toString(),
                                StoredEvent.DATA, answer.get(i + 4).toString(),
                                StoredEvent.NUMBER, answer.get(i + 5).toString()));
                events.add(event);
                limit--;
                bytes -= event.data().length();
            }
        }

        boolean isFull() {
            return limit <= 0 || bytes <= 0 || looks <= 0;
        }

        EventPage page(EventId next, boolean more) {
            return new EventPage(List.copyOf(events), next, more);
        }
    }
}
