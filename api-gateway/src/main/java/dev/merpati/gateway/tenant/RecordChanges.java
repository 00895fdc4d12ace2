package dev.merpati.gateway.tenant;

import dev.merpati.clients.redis.ChannelSubscription;
import dev.merpati.gateway.redis.RecordCache;
import dev.merpati.gateway.redis.RedisOutage;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Tells all gateways that a tenant or an API key has changed, so that none goes on with what it has kept of it. Notices
 * may be lost; a cache must not rely on them for longer than it can bear. Thread-safe.
 */
@Component
public class RecordChanges implements SmartLifecycle {
    private static final String CHANNEL = "merpati:changes";

    /** What a notice is about. */
    public enum Kind {
        TENANT,
        API_KEY
    }

    private final ReactiveStringRedisTemplate redis;
    private final ChannelSubscription subscription;
    private final Map<Kind, List<RecordCache<?>>> caches = new EnumMap<>(Kind.class);

    RecordChanges(ReactiveStringRedisTemplate redis, RedisOutage outage) {
        this.redis = redis;
        this.subscription = new ChannelSubscription(redis, CHANNEL, outage::away, this::evict, this::evictAll);
        for (Kind kind : Kind.values()) {
            caches.put(kind, new CopyOnWriteArrayList<>());
        }
    }

    /** Has a cache forget what changes from now on. */
    public void evict(Kind kind, RecordCache<?> cache) {
        cachesOf(kind).add(cache);
    }

    /** Tells all gateways, this one included, and completes when Redis has taken the notice. */
    public Mono<Void> changed(Kind kind, String id) {
        return Mono.defer(() -> {
            cachesOf(kind).forEach(cache -> cache.evict(id));
            return redis.convertAndSend(CHANNEL, kind.name().toLowerCase(Locale.ROOT) + " " + id)
                    .then();
        });
    }

    private List<RecordCache<?>> cachesOf(Kind kind) {
        return caches.getOrDefault(kind, List.of());
    }

    private void evict(String notice) {
        int blank = notice.indexOf(' ');
        for (Kind kind : Kind.values()) {
            if (notice.startsWith(kind.name().toLowerCase(Locale.ROOT) + " ")) {
                cachesOf(kind).forEach(cache -> cache.evict(notice.substring(blank + 1)));
            }
        }
    }

    /** While the channel was not listened to, anything may have changed. */
    private void evictAll() {
        caches.values().forEach(all -> all.forEach(RecordCache::evictAll));
    }

    @Override
    public void start() {
        subscription.start();
    }

    @Override
    public void stop() {
        subscription.stop();
    }

    @Override
    public boolean isRunning() {
        return subscription.isRunning();
    }

    /** Later than the Redis connection, earlier than the web server; stopped the other way round. */
    @Override
    public int getPhase() {
        return 10;
    }
}
