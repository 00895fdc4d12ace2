package dev.merpati.gateway.redis;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Keeps records of Redis for some seconds, those that are not there included, and never more than a number of them.
 * Many requests for a record that is not kept cause one read. A failed read is not kept. Thread-safe.
 *
 * <p>A record read just before a change may be put into the cache after the change was evicted; it then stays for
 * {@link #LIFE} at most.
 */
public final class RecordCache<V> {
    /** How long a record may be used after it has changed, in case the notice of the change is lost. */
    public static final Duration LIFE = Duration.ofSeconds(30);

    private final AsyncCache<String, Optional<V>> records;

    public RecordCache(int capacity) {
        this(capacity, LIFE);
    }

    /** @param life how long a record is kept at most */
    public RecordCache(int capacity, Duration life) {
        this.records = Caffeine.newBuilder()
                .maximumSize(capacity)
                .expireAfterWrite(life)
                .buildAsync();
    }

    /** Returns the kept record, or reads it; empty when there is none. */
    public Mono<V> get(String id, Function<String, Mono<V>> read) {
        return Mono.defer(() -> {
                    CompletableFuture<Optional<V>> record = records.get(
                            id,
                            (key, executor) -> read.apply(key)
                                    .map(Optional::of)
                                    .defaultIfEmpty(Optional.empty())
                                    .toFuture());
                    return Mono.fromFuture(record, true);
                })
                .flatMap(Mono::justOrEmpty);
    }

    public void evict(String id) {
        records.synchronous().invalidate(id);
    }

    public void evictAll() {
        records.synchronous().invalidateAll();
    }
}
