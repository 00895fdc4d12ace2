package dev.merpati.worker.cobalt.account;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Remembers a bounded number of values, the least recently used going first. A worker has several for each of thousands of
 * sessions, most of them idle: an empty one costs next to nothing, which is why this is no Caffeine cache. Thread-safe.
 */
public final class BoundedCache<K, V> {
    private final int capacity;
    private final long lifetimeNanos;
    private final LongSupplier nanoTime;
    /** The least recently used first; null until there was one. */
    private @Nullable LinkedHashMap<K, Entry<V>> entries;
    /** How often values were put or removed, so that one that was loaded meanwhile is not kept. */
    private long changes;

    private record Entry<V>(V value, long written) {}

    /** Values are kept until others push them out. */
    public BoundedCache(int capacity) {
        this(capacity, Long.MAX_VALUE, System::nanoTime);
    }

    /** @param lifetime how long after it was put a value is gone */
    public BoundedCache(int capacity, Duration lifetime) {
        this(capacity, lifetime.toNanos(), System::nanoTime);
    }

    BoundedCache(int capacity, long lifetimeNanos, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.lifetimeNanos = lifetimeNanos;
        this.nanoTime = nanoTime;
    }

    /** Returns a value, null when it is not there. */
    public synchronized @Nullable V get(K key) {
        Entry<V> entry = entries == null ? null : entries.get(key);
        if (entry == null) {
            return null;
        }
        if (nanoTime.getAsLong() - entry.written() >= lifetimeNanos) {
            remove(key);
            return null;
        }
        return entry.value();
    }

    /** Returns a value, and loads one that is not there on the calling thread; nobody else waits for that. */
    public V get(K key, Function<K, V> load) {
        long before;
        synchronized (this) {
            V known = get(key);
            if (known != null) {
                return known;
            }
            before = changes;
        }
        V loaded = load.apply(key);
        synchronized (this) {
            if (changes == before) {
                put(key, loaded);
                return loaded;
            }
            V known = get(key);
            return known == null ? loaded : known;
        }
    }

    public synchronized void put(K key, V value) {
        if (entries == null) {
            entries = new LinkedHashMap<>(4, 0.75f, true);
        }
        changes++;
        entries.put(key, new Entry<>(value, nanoTime.getAsLong()));
        if (entries.size() > capacity) {
            entries.pollFirstEntry();
        }
    }

    public synchronized void remove(K key) {
        changes++;
        if (entries != null) {
            entries.remove(key);
        }
    }

    /** Removes all values that are like this. */
    public synchronized void removeIf(Predicate<V> filter) {
        changes++;
        if (entries != null) {
            entries.values().removeIf(entry -> filter.test(entry.value()));
        }
    }

    /** Returns all values as they are now. */
    public synchronized List<V> values() {
        return entries == null
                ? List.of()
                : entries.values().stream().map(Entry::value).toList();
    }
}
