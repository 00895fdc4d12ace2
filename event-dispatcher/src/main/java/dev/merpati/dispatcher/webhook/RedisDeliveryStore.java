package dev.merpati.dispatcher.webhook;

import dev.merpati.model.Json;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import tools.jackson.core.JacksonException;

/** Keeps it in Redis, in the tenant's slot. */
final class RedisDeliveryStore implements DeliveryStore {
    private static final Logger log = LoggerFactory.getLogger(RedisDeliveryStore.class);
    private static final Duration PING_KEPT = Duration.ofMinutes(1);

    private static final RedisScript<List<Object>> READ = list("read-stream");
    private static final RedisScript<List<Object>> READ_INDEXED = list("read-index");
    private static final RedisScript<List<Object>> TAKE = list("take-webhook");
    private static final RedisScript<List<Object>> MEASURE = list("measure-backlog");
    private static final RedisScript<String> SAVE = new DefaultRedisScript<>(source("save-webhook"), String.class);

    private final StringRedisTemplate redis;

    RedisDeliveryStore(StringRedisTemplate redis) {
        this.redis = redis;
    }

    @Override
    public List<Webhook> webhooks(String tenantId) {
        List<Webhook> all = new ArrayList<>();
        for (Object json : redis.opsForHash().values(WebhookKeys.webhooks(tenantId))) {
            try {
                all.add(Json.MAPPER.readValue((String) json, Webhook.class));
            } catch (JacksonException e) {
                log.error("A webhook of tenant {} cannot be read and gets nothing: {}", tenantId, Json.describe(e));
            }
        }
        return all;
    }

    @Override
    public List<String> tenants(int partition) {
        Set<String> members = redis.opsForSet().members(EventKeys.tenantsOfPartition(partition));
        return members == null ? List.of() : List.copyOf(members);
    }

    @Override
    public @Nullable Taken take(WebhookId webhook, String token) {
        List<Object> hashes = redis.execute(
                TAKE,
                List.of(
                        WebhookKeys.webhooks(webhook.tenantId()),
                        own(webhook, "state"),
                        own(webhook, "behind"),
                        own(webhook, "replay-behind"),
                        WebhookKeys.status(webhook.tenantId(), webhook.id())),
                webhook.id(),
                token);
        return hashes.isEmpty()
                ? null
                : new Taken(map(hashes.get(0)), map(hashes.get(1)), map(hashes.get(2)), map(hashes.get(3)));
    }

    @Override
    public Saved save(WebhookId webhook, String token, String lastSave, String save, Changes changes) {
        return Saved.valueOf(redis.execute(
                SAVE,
                List.of(
                        WebhookKeys.webhooks(webhook.tenantId()),
                        own(webhook, "state"),
                        own(webhook, "behind"),
                        own(webhook, "replay-behind"),
                        WebhookKeys.dead(webhook.tenantId(), webhook.id()),
                        WebhookKeys.deliveries(webhook.tenantId(), webhook.id()),
                        WebhookKeys.status(webhook.tenantId(), webhook.id()),
                        WebhookKeys.replays(webhook.tenantId(), webhook.id())),
                webhook.id(),
                token,
                lastSave,
                save,
                Json.MAPPER.writeValueAsString(changes)));
    }

    @Override
    public EventSource events(String tenantId) {
        String stream = EventKeys.stream(tenantId);
        return new EventSource() {
            @Override
            public Page after(EventId after, @Nullable EventId to, Bounds bounds) {
                List<Object> found = redis.execute(
                        READ,
                        List.of(stream),
                        after.entryId(),
                        to == null ? "+" : to.entryId(),
                        String.valueOf(bounds.events()),
                        String.valueOf(bounds.bytes()));
                boolean more = found.getFirst().equals("1");
                return new Page(events(found, 1), more ? null : to, more);
            }

            @Override
            public Page ofSession(UUID sessionId, EventId from, boolean included, EventId to, Bounds bounds) {
                return indexed(
                        List.of(stream, EventKeys.ofSession(tenantId, sessionId)),
                        (included ? "[" : "(") + from,
                        "[" + to,
                        bounds);
            }

            @Override
            public @Nullable EventId youngest() {
                return youngestOf(tenantId);
            }
        };
    }

    @Override
    public EventSource deadEvents(WebhookId webhook) {
        String stream = EventKeys.stream(webhook.tenantId());
        String dead = WebhookKeys.dead(webhook.tenantId(), webhook.id());
        return new EventSource() {
            @Override
            public Page after(EventId after, @Nullable EventId to, Bounds bounds) {
                return indexed(List.of(stream, dead), "(" + after, to == null ? "+" : "[" + to, bounds);
            }

            @Override
            public Page ofSession(UUID sessionId, EventId from, boolean included, EventId to, Bounds bounds) {
                return indexed(
                        List.of(stream, EventKeys.ofSession(webhook.tenantId(), sessionId), dead),
                        (included ? "[" : "(") + from,
                        "[" + to,
                        bounds);
            }

            @Override
            public @Nullable EventId youngest() {
                return youngestOf(webhook.tenantId());
            }
        };
    }

    private @Nullable EventId youngestOf(String tenantId) {
        String last = redis.<String, String>opsForHash().get(EventKeys.progress(tenantId), "last");
        return last == null ? null : EventId.parse(last);
    }

    private Page indexed(List<String> keys, String from, String to, EventSource.Bounds bounds) {
        List<Object> found = redis.execute(
                READ_INDEXED, keys, from, to, String.valueOf(bounds.events()), String.valueOf(bounds.bytes()));
        String scanned = (String) found.get(0);
        return new Page(
                events(found, 2),
                scanned.isEmpty() ? null : EventId.parse(scanned),
                found.get(1).equals("1"));
    }

    @Override
    public Backlog backlog(WebhookId webhook, EventId position, Map<UUID, Pointer> behind) {
        List<String> keys =
                new ArrayList<>(List.of(EventKeys.stream(webhook.tenantId()), EventKeys.progress(webhook.tenantId())));
        List<String> args = new ArrayList<>(List.of(position.entryId(), "[" + position));
        EventId oldest = null;
        for (Map.Entry<UUID, Pointer> each : behind.entrySet()) {
            Pointer pointer = each.getValue();
            keys.add(EventKeys.ofSession(webhook.tenantId(), each.getKey()));
            args.add((pointer.delivered() ? "(" : "[") + pointer.event());
            if (oldest == null || pointer.event().compareTo(oldest) < 0) {
                oldest = pointer.event();
            }
        }
        List<Object> found = redis.execute(MEASURE, keys, args.toArray());
        String next = (String) found.get(1);
        EventId first = oldest != null || next.isEmpty() ? oldest : EventId.ofEntry(next);
        return new Backlog(Long.parseLong((String) found.get(0)), first);
    }

    @Override
    public List<Replay> replays(WebhookId webhook) {
        List<Replay> all = new ArrayList<>();
        for (Object json : redis.opsForHash().values(WebhookKeys.replays(webhook.tenantId(), webhook.id()))) {
            try {
                all.add(Json.MAPPER.readValue((String) json, Replay.class));
            } catch (JacksonException e) {
                log.error("A replay of tenant {} cannot be read: {}", webhook.tenantId(), Json.describe(e));
            }
        }
        return all;
    }

    @Override
    public @Nullable String takePing(WebhookId webhook) {
        return redis.opsForList().leftPop(WebhookKeys.pings(webhook.tenantId(), webhook.id()));
    }

    @Override
    public void answerPing(WebhookId webhook, String requestId, DeliveryAttempt attempt) {
        redis.opsForValue()
                .set(
                        WebhookKeys.pingResult(webhook.tenantId(), webhook.id(), requestId),
                        Json.MAPPER.writeValueAsString(attempt),
                        PING_KEPT);
    }

    @Override
    public void noticeDisabled(WebhookId webhook) {
        redis.opsForSet().add(WebhookKeys.DISABLED_NOTICES, webhook.tenantId() + " " + webhook.id());
    }

    @Override
    public void delete(WebhookId webhook) {
        redis.unlink(WebhookKeys.all(webhook.tenantId(), webhook.id()));
    }

    private static String own(WebhookId webhook, String name) {
        return WebhookKeys.own(webhook.tenantId(), webhook.id()) + name;
    }

    private static List<StoredEvent> events(List<Object> found, int begin) {
        List<StoredEvent> events = new ArrayList<>(found.size() / 2);
        for (int i = begin; i < found.size(); i += 2) {
            events.add(StoredEvent.of((String) found.get(i), map(found.get(i + 1))));
        }
        return events;
    }

    private static Map<String, String> map(Object fieldsAndValues) {
        List<?> flat = (List<?>) fieldsAndValues;
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            map.put((String) flat.get(i), (String) flat.get(i + 1));
        }
        return map;
    }

    @SuppressWarnings("unchecked")
    private static RedisScript<List<Object>> list(String name) {
        return new DefaultRedisScript<>(source(name), (Class<List<Object>>) (Class<?>) List.class);
    }

    private static String source(String name) {
        try {
            return new ClassPathResource("lua/" + name + ".lua", RedisDeliveryStore.class.getClassLoader())
                    .getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the script lua/" + name + ".lua cannot be read", e);
        }
    }
}
