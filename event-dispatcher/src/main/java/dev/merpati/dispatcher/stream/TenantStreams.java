package dev.merpati.dispatcher.stream;

import dev.merpati.model.event.EventId;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.StoredEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.Cursor;
import org.springframework.data.redis.core.ScanOptions;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The streams of the tenants in Redis. Thread-safe; blocks for as long as Redis takes. Every call may be repeated after it failed: it
 * may have been carried out nevertheless.
 */
public final class TenantStreams {
    /** Of one call, so that no script holds up Redis for long. */
    static final int MOST_TRIMMED = 500;

    private static final int SCANNED_AT_ONCE = 200;
    private static final String REMOVED = "REMOVED";
    private static final String LOST = "LOST";
    private static final String REPEATED = "REPEATED";
    private static final String REPLAYED = "REPLAYED";

    /** How old a new id may be, ms: longer than an outage that loses writes, and shorter than the shortest retention. */
    private static final long OLDEST_NEW_ID = Duration.ofMinutes(30).toMillis();
    /** How far a new id may be ahead of the clock of Redis, ms: gateways refuse ids that are further ahead of theirs. */
    private static final long CLOCKS_DIFFER = Duration.ofMinutes(2).toMillis();

    private static final RedisScript<List<String>> APPEND =
            new DefaultRedisScript<>(source("append-events"), strings());
    private static final RedisScript<List<String>> OLDEST =
            new DefaultRedisScript<>(source("oldest-events"), strings());
    private static final RedisScript<Long> TRIM = new DefaultRedisScript<>(source("trim-events"), Long.class);

    private final StringRedisTemplate redis;
    private final EventTopic topic;
    private final StreamMetrics metrics;

    public TenantStreams(StringRedisTemplate redis, EventTopic topic, StreamMetrics metrics) {
        this.redis = redis;
        this.topic = topic;
        this.metrics = metrics;
    }

    /**
     * Lists a tenant among those of its partition. Comes before its first event, so that no stream is forgotten.
     *
     * @throws DataAccessException when Redis does not do it
     */
    public void list(String tenantId) {
        metrics.watch(() -> redis.opsForSet().add(EventKeys.tenantsOfPartition(topic.partitionOf(tenantId)), tenantId));
    }

    /**
     * Appends events of one tenant, each once, whoever else appends the same ones.
     *
     * @param topicId Kafka's id of the topic that the offsets belong to: a topic that was made again begins with 0 again
     * @param after the offset of the tenant's last event that the caller has appended; -1 for none
     * @param events of one tenant, in the order of their offsets, one or more
     * @throws DataAccessException when Redis does not do it
     * @throws EventsLostException when the event at {@code after} is not there any more; nothing was appended
     */
    public Appended append(String topicId, long after, List<IncomingEvent> events) {
        String tenantId = events.getFirst().tenantId();
        List<String> keys = new ArrayList<>(List.of(
                EventKeys.stream(tenantId),
                EventKeys.progress(tenantId),
                EventKeys.seen(tenantId),
                EventKeys.removed(tenantId)));
        List<String> arguments = new ArrayList<>(List.of(
                topicId,
                EventKeys.NEW_EVENTS_CHANNEL,
                tenantId,
                String.valueOf(after),
                String.valueOf(OLDEST_NEW_ID),
                String.valueOf(CLOCKS_DIFFER)));
        Map<UUID, String> indexes = new LinkedHashMap<>();
        for (IncomingEvent event : events) {
            String index = indexes.computeIfAbsent(event.sessionId(), session -> {
                keys.add(EventKeys.ofSession(tenantId, session));
                return String.valueOf(keys.size());
            });
            arguments.addAll(List.of(
                    String.valueOf(event.offset()),
                    String.valueOf(event.publishedAt().toEpochMilli()),
                    event.keyHash(),
                    index,
                    event.sessionId().toString(),
                    event.type(),
                    String.valueOf(event.timestamp().toEpochMilli()),
                    event.data()));
        }
        List<String> results =
                metrics.timed(() -> metrics.watch(() -> redis.execute(APPEND, keys, arguments.toArray())));
        if (results.getFirst().equals(LOST)) {
            throw new EventsLostException(tenantId);
        }
        Appended appended = read(results, events);
        metrics.appended(appended, events.size());
        return appended;
    }

    private static Appended read(List<String> results, List<IncomingEvent> events) {
        if (results.getFirst().equals(REMOVED)) {
            return new Appended(List.of(), 0, 0, true);
        }
        List<StoredEvent> stored = new ArrayList<>();
        int repeated = 0;
        int replayed = 0;
        for (int i = 0; i < events.size(); i++) {
            String result = results.get(i + 1);
            switch (result) {
                case REPEATED -> repeated++;
                case REPLAYED -> replayed++;
                default -> stored.add(stored(events.get(i), result));
            }
        }
        return new Appended(stored, repeated, replayed, false);
    }

    private static StoredEvent stored(IncomingEvent event, String result) {
        int blank = result.indexOf(' ');
        return new StoredEvent(
                EventId.parse(result.substring(0, blank)),
                event.sessionId(),
                event.type(),
                event.timestamp(),
                event.data(),
                Long.parseLong(result.substring(blank + 1)));
    }

    /**
     * Returns the tenants that are listed in a partition.
     *
     * @throws DataAccessException when Redis does not answer
     */
    public Set<String> tenants(int partition) {
        ScanOptions options = ScanOptions.scanOptions().count(SCANNED_AT_ONCE).build();
        return metrics.watch(() -> {
            try (Cursor<String> found = redis.opsForSet().scan(EventKeys.tenantsOfPartition(partition), options)) {
                return found.stream().collect(Collectors.toSet());
            }
        });
    }

    /**
     * Removes the oldest events that are too old or too many, at most {@value #MOST_TRIMMED}. A tenant that was removed is no longer
     * listed.
     *
     * @param retention how long events are kept, ms
     * @param most how many are kept
     * @throws DataAccessException when Redis does not do it
     */
    public Trimmed trim(String tenantId, long retention, long most) {
        List<String> found = metrics.watch(() -> redis.execute(
                OLDEST,
                List.of(EventKeys.stream(tenantId), EventKeys.removed(tenantId)),
                String.valueOf(retention),
                String.valueOf(most),
                String.valueOf(MOST_TRIMMED)));
        if (found.isEmpty()) {
            return Trimmed.NOTHING;
        }
        if (found.getFirst().equals(REMOVED)) {
            metrics.watch(() ->
                    redis.opsForSet().remove(EventKeys.tenantsOfPartition(topic.partitionOf(tenantId)), tenantId));
            return Trimmed.NOTHING;
        }
        List<String> keys = new ArrayList<>(
                List.of(EventKeys.stream(tenantId), EventKeys.progress(tenantId), EventKeys.seen(tenantId)));
        found.subList(3, found.size())
                .forEach(session -> keys.add(EventKeys.ofSession(tenantId, UUID.fromString(session))));
        long removed = metrics.watch(() -> redis.execute(TRIM, keys, found.getFirst()));
        int early = Integer.parseInt(found.get(2));
        Trimmed trimmed = removed == 0 ? Trimmed.NOTHING : new Trimmed(removed, Math.min(early, removed));
        metrics.trimmed(trimmed);
        return trimmed;
    }

    /**
     * What was removed.
     *
     * @param early how many of them went before their time, since there were too many
     */
    public record Trimmed(long events, long early) {
        static final Trimmed NOTHING = new Trimmed(0, 0);

        /** Whether there may be more to remove. */
        boolean isFull() {
            return events >= MOST_TRIMMED;
        }
    }

    private static String source(String name) {
        try {
            return new ClassPathResource("lua/" + name + ".lua").getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the script lua/" + name + ".lua cannot be read", e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Class<List<String>> strings() {
        return (Class<List<String>>) (Class<?>) List.class;
    }
}
