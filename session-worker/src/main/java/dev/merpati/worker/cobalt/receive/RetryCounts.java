package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.whatsapp.SessionRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often messages were asked for again, over all connections: in one record, in which those that never came grow old and
 * go. Blocks; thread-safe.
 */
final class RetryCounts {
    static final int MOST = 200;
    /** As long as WhatsApp keeps messages for a device that is away. */
    static final Duration MAX_AGE = Duration.ofDays(30);

    private static final String RECORD = "retries";

    private final SessionRecords records;
    private final InstantSource clock;
    /** Oldest first; null until it was needed. */
    private @Nullable Map<String, Entry> counts;

    private record Entry(int count, long seconds) {}

    RetryCounts(SessionRecords records, InstantSource clock) {
        this.records = records;
        this.clock = clock;
    }

    synchronized int of(String message) {
        Entry entry = load().get(message);
        return entry == null ? 0 : entry.count();
    }

    /** @throws RuntimeException when it cannot be stored; then nothing has changed */
    synchronized void set(String message, int count) {
        Map<String, Entry> changed = new LinkedHashMap<>(load());
        long now = clock.instant().getEpochSecond();
        changed.remove(message);
        changed.put(message, new Entry(count, now));
        Iterator<Entry> oldestFirst = changed.values().iterator();
        while (oldestFirst.hasNext()) {
            boolean old = now - oldestFirst.next().seconds() > MAX_AGE.toSeconds();
            if (!old && changed.size() <= MOST) {
                break;
            }
            oldestFirst.remove();
        }
        store(changed);
    }

    /** @throws RuntimeException when it cannot be stored; then nothing has changed */
    synchronized void remove(String message) {
        Map<String, Entry> changed = new LinkedHashMap<>(load());
        if (changed.remove(message) != null) {
            store(changed);
        }
    }

    private void store(Map<String, Entry> changed) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Map.Entry<String, Entry> entry : changed.entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeByte(entry.getValue().count());
                out.writeLong(entry.getValue().seconds());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte @Nullable []> change = new HashMap<>();
        change.put(RECORD, changed.isEmpty() ? null : bytes.toByteArray());
        records.save(change);
        counts = changed;
    }

    private Map<String, Entry> load() {
        Map<String, Entry> known = counts;
        if (known != null) {
            return known;
        }
        byte[] stored = records.load(List.of(RECORD)).get(RECORD);
        Map<String, Entry> loaded = new LinkedHashMap<>();
        if (stored != null) {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
                while (in.available() > 0) {
                    loaded.put(in.readUTF(), new Entry(in.readUnsignedByte(), in.readLong()));
                }
            } catch (IOException e) {
                loaded = Collections.emptyMap(); // Damaged: messages are asked for once more.
            }
        }
        counts = loaded;
        return loaded;
    }
}
