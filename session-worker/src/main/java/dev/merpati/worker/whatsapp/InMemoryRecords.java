package dev.merpati.worker.whatsapp;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records that live as long as this object: for connections without a worker around them. Thread-safe. */
public final class InMemoryRecords implements SessionRecords {
    private final Map<String, byte[]> records = new HashMap<>();

    @Override
    public synchronized Map<String, byte[]> load(Collection<String> names) {
        Map<String, byte[]> found = new HashMap<>();
        for (String name : names) {
            byte[] value = records.get(name);
            if (value != null) {
                found.put(name, value.clone());
            }
        }
        return found;
    }

    @Override
    public synchronized void save(Map<String, byte @Nullable []> changes) {
        changes.forEach((name, value) -> {
            if (value == null) {
                records.remove(name);
            } else {
                records.put(name, value.clone());
            }
        });
    }
}
