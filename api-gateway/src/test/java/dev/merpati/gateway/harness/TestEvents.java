package dev.merpati.gateway.harness;

import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.StoredEvent;
import io.lettuce.core.Range;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Writes events of tenants into Redis, as a dispatcher does. */
public final class TestEvents {
    private static final AtomicLong LAST = new AtomicLong();

    private final RedisCommands<String, String> redis;
    private final String tenantId;

    public TestEvents(GatewayHarness gateway, String tenantId) {
        this.redis = gateway.worker().redis();
        this.tenantId = tenantId;
    }

    /** Stores a text message that was received, and tells the gateways. */
    public EventId received(UUID sessionId, String text) {
        EventId id = store(sessionId, message(text));
        announce();
        return id;
    }

    /** Stores a status that the session has now, and tells the gateways. */
    public EventId status(UUID sessionId, String status) {
        EventId id = store(sessionId, new EventData.Status(status, null, null, null));
        announce();
        return id;
    }

    public static EventData message(String text) {
        return new EventData.Message(
                EventData.Direction.RECEIVED,
                "3EB0C767D71D8D6E2CD5AA",
                "6281234567890",
                "6281234567890",
                "user",
                "Budi",
                "text",
                text,
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.parse("2026-11-27T10:56:01Z"));
    }

    /** Stores an event and tells nobody. */
    public EventId store(UUID sessionId, EventData data) {
        Event event = Event.of(UUID.randomUUID().toString(), tenantId, sessionId, Instant.now(), data);
        return store(sessionId, event.type(), event.data().toString());
    }

    /** Stores an event of whichever type and tells nobody. */
    public EventId store(UUID sessionId, String type, String data) {
        // Never behind the clock by more than a test is long, never twice the same.
        long millis = LAST.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis() - 60_000));
        EventId id = new EventId(millis, (int) (millis % 7));
        long number = redis.hincrby(EventKeys.progress(tenantId), "count", 1);
        redis.xadd(
                EventKeys.stream(tenantId),
                new XAddArgs().id(id.entryId()),
                Map.of(
                        StoredEvent.SESSION, sessionId.toString(),
                        StoredEvent.TYPE, type,
                        StoredEvent.TIMESTAMP, String.valueOf(millis),
                        StoredEvent.DATA, data,
                        StoredEvent.NUMBER, String.valueOf(number)));
        redis.zadd(EventKeys.ofSession(tenantId, sessionId), 0, id.toString());
        redis.hset(EventKeys.progress(tenantId), "last", id.toString());
        return id;
    }

    public void announce() {
        redis.publish(EventKeys.NEW_EVENTS_CHANNEL, tenantId);
    }

    /** Removes everything up to an event, itself included, as the dispatcher does with what is too old. */
    public void trim(EventId upTo) {
        List<String> ids = redis.xrange(EventKeys.stream(tenantId), Range.create("-", upTo.entryId())).stream()
                .map(message -> message.getId())
                .toList();
        if (!ids.isEmpty()) {
            redis.xdel(EventKeys.stream(tenantId), ids.toArray(String[]::new));
        }
        redis.keys(EventKeys.ofSession(tenantId, new UUID(0, 0)).replace(new UUID(0, 0).toString(), "*"))
                .forEach(index -> redis.zremrangebylex(
                        index, Range.from(Range.Boundary.unbounded(), Range.Boundary.including(upTo.toString()))));
        redis.hset(EventKeys.progress(tenantId), "trimmed", upTo.toString());
    }

    /** Removes all events of the tenant. */
    public void clear() {
        redis.del(EventKeys.stream(tenantId), EventKeys.progress(tenantId));
    }
}
