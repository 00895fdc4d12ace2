package dev.merpati.dispatcher.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.merpati.dispatcher.Services;
import dev.merpati.dispatcher.http.HttpPoster;
import dev.merpati.dispatcher.stream.IncomingEvent;
import dev.merpati.dispatcher.stream.StreamMetrics;
import dev.merpati.dispatcher.stream.TenantStreams;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.outage.Outage;
import dev.merpati.model.webhook.SecretBox;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Deliveries of one tenant on virtual time, with a real Redis and an endpoint that answers as it is told. */
abstract class DeliveryFixture {
    protected final Random random;
    protected final VirtualTime time;
    protected final FakeEndpoint endpoint;
    protected final EventTopic topic = new EventTopic("deliveries", 1);
    protected final String tenant = "t-" + UUID.randomUUID();
    protected final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final LettuceConnectionFactory connections;
    protected final StringRedisTemplate redis;
    protected final DeliveryStore store;
    protected final TestWebhooks webhooks;
    private final TenantStreams streams;
    private final List<List<IncomingEvent>> batches = new ArrayList<>();
    private long offset;

    protected DeliveryFixture() {
        this(new Random(1));
    }

    protected DeliveryFixture(Random random) {
        this.random = random;
        time = new VirtualTime(random, System.currentTimeMillis());
        endpoint = new FakeEndpoint(time);
        connections = new LettuceConnectionFactory(
                Services.redis().host(), Services.redis().port());
        connections.afterPropertiesSet();
        connections.start();
        redis = new StringRedisTemplate(connections);
        redis.execute((RedisCallback<Object>) connection -> {
            connection.serverCommands().flushAll();
            return "";
        });
        store = new RedisDeliveryStore(redis);
        webhooks = new TestWebhooks(redis, topic);
        streams = new TenantStreams(redis, topic, new StreamMetrics(System::nanoTime, meters));
    }

    @AfterEach
    final void disconnect() {
        connections.destroy();
    }

    protected static WebhookSettings settings(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("merpati.webhooks", WebhookSettings.class);
    }

    /** A dispatcher that owns the tenant. */
    protected final WebhookDeliveries start(
            VirtualTime.Program process, DeliveryStore kept, HttpPoster poster, WebhookSettings settings) {
        DeliveryTools tools = new DeliveryTools(
                kept,
                poster,
                settings,
                new RetrySchedule(settings.firstRetry(), settings.longestRetry(), settings.giveUpAfter(), random),
                time,
                process,
                process,
                new SharedBudget(settings.memory().toBytes()),
                new SharedBudget(settings.maxInFlight()),
                new WebhookMetrics(meters),
                new Outage("Redis", Duration.ofSeconds(10), System::nanoTime),
                new SecretBox(TestWebhooks.KEY),
                Duration.ofDays(7));
        WebhookDeliveries deliveries = new WebhookDeliveries(tools, topic);
        deliveries.taken(0);
        return deliveries;
    }

    protected final WebhookDeliveries start(Map<String, String> settings) {
        return start(time.new Program(), store, endpoint, settings(settings));
    }

    /** What Redis has on its disk. */
    protected record Kept(Map<String, byte[]> dumps, int batches) {}

    protected final Kept keep() {
        Map<String, byte[]> dumps = new HashMap<>();
        redis.execute((RedisCallback<Object>) connection -> {
            for (byte[] key : Objects.requireNonNull(connection.keyCommands().keys("*".getBytes(UTF_8)))) {
                dumps.put(
                        new String(key, UTF_8),
                        Objects.requireNonNull(connection.keyCommands().dump(key)));
            }
            return "";
        });
        return new Kept(dumps, batches.size());
    }

    /** Redis crashes and has nothing but what it kept. */
    protected final void forget(Kept kept) {
        redis.execute((RedisCallback<Object>) connection -> {
            connection.serverCommands().flushAll();
            kept.dumps().forEach((key, dump) -> connection.keyCommands().restore(key.getBytes(UTF_8), 0, dump));
            return "";
        });
    }

    /** Appends again what was appended since, as a dispatcher does that reads it from Kafka again. */
    protected final List<List<StoredEvent>> appendAgain(Kept kept) {
        return batches.subList(kept.batches(), batches.size()).stream()
                .map(batch -> streams.append("topic", -1, batch).events())
                .toList();
    }

    /** Appends events to the tenant's stream, one of each session. */
    protected final List<StoredEvent> append(UUID... sessions) {
        List<IncomingEvent> events = new ArrayList<>();
        for (UUID session : sessions) {
            offset++;
            events.add(new IncomingEvent(
                    offset,
                    Instant.now(),
                    "key" + offset,
                    tenant,
                    session,
                    "message.received",
                    Instant.ofEpochMilli(1_795_000_000_000L),
                    "{\"text\":\"" + offset + "\"}"));
        }
        batches.add(events);
        return streams.append("topic", -1, events).events();
    }
}
