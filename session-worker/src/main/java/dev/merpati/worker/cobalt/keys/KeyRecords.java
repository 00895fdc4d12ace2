package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.whatsapp.SessionRecords;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves a device's keys between memory and their records, one load or save at a time, so that no record is overwritten by
 * an older one. What is in memory is guarded by a monitor that is never held while a record is read or written. Blocks;
 * thread-safe.
 */
final class KeyRecords {
    private final SessionRecords records;
    private final SessionCache sessions;
    private final PreKeyCache preKeys;
    private final Object monitor;
    /** Taken before the monitor. */
    private final ReentrantLock io = new ReentrantLock();

    /** @param monitor guards both caches */
    KeyRecords(SessionRecords records, SessionCache sessions, PreKeyCache preKeys, Object monitor) {
        this.records = records;
        this.sessions = sessions;
        this.preKeys = preKeys;
        this.monitor = monitor;
    }

    /**
     * Loads what is missing, unless another thread does so meanwhile.
     *
     * @param missing returns the names of the records
     * @param cache takes those names, and the records that exist
     * @throws SignalKeyStore.UnavailableException when the records cannot be read now
     */
    void load(Supplier<List<String>> missing, BiConsumer<List<String>, Map<String, byte[]>> cache) {
        if (guarded(missing).isEmpty()) {
            return;
        }
        io.lock();
        try {
            List<String> names = guarded(missing);
            Map<String, byte[]> stored = names.isEmpty() ? Map.of() : records.load(names);
            synchronized (monitor) {
                cache.accept(names, stored);
            }
        } catch (RuntimeException e) {
            throw new SignalKeyStore.UnavailableException("the keys cannot be read now", e);
        } finally {
            io.unlock();
        }
    }

    private <T> T guarded(Supplier<T> reader) {
        synchronized (monitor) {
            return reader.get();
        }
    }

    /**
     * Stores what has changed since the last time.
     *
     * @param others further records to store, all or none with those of the keys
     * @throws SignalKeyStore.UnavailableException when it could not be stored
     */
    void save(Map<String, byte @Nullable []> others) {
        try {
            save(() -> true, (_, changes) -> {
                Map<String, byte @Nullable []> all = new HashMap<>(changes);
                all.putAll(others);
                if (!all.isEmpty()) {
                    records.save(all);
                }
            });
        } catch (RuntimeException e) {
            throw new SignalKeyStore.UnavailableException("the keys cannot be stored now", e);
        }
    }

    /**
     * Stores what has changed in a way of the caller's.
     *
     * @param encoder makes something more of the keys, while nobody changes them
     * @param storage takes what the encoder made, and the changed records; throws when they could not be stored
     */
    <T> void save(Supplier<T> encoder, BiConsumer<T, Map<String, byte @Nullable []>> storage) {
        io.lock();
        try {
            T encoded;
            Map<String, byte @Nullable []> changes = new HashMap<>();
            synchronized (monitor) {
                encoded = encoder.get();
                changes.putAll(sessions.takeChanges());
                changes.putAll(preKeys.takeChanges());
            }
            boolean stored = false;
            try {
                storage.accept(encoded, changes);
                stored = true;
            } finally {
                synchronized (monitor) {
                    if (stored) {
                        preKeys.release();
                    } else {
                        sessions.giveBack(changes.keySet());
                        preKeys.giveBack(changes.keySet());
                    }
                }
            }
        } finally {
            io.unlock();
        }
    }
}
