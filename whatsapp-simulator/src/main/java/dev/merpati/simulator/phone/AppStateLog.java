package dev.merpati.simulator.phone;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An account's app state as the server keeps it: patches by collection, encrypted by phone and companions. Version n of a
 * collection is what its first n patches make. Thread-safe.
 */
public final class AppStateLog {
    private final Map<String, List<byte[]>> collections = new HashMap<>();
    /** What the first patch of a collection makes, as a file; not stored. */
    private final Map<String, byte[]> snapshots = new HashMap<>();

    public synchronized int version(String collection) {
        return patches(collection).size();
    }

    /** The patches after a version, oldest first. */
    public synchronized List<byte[]> since(String collection, int version) {
        List<byte[]> patches = patches(collection);
        return version >= patches.size()
                ? List.of()
                : List.copyOf(patches.subList(Math.max(0, version), patches.size()));
    }

    /** Keeps where the first version of a collection is, for devices that know none. */
    public synchronized void keepSnapshot(String collection, byte[] reference) {
        snapshots.put(collection, reference);
    }

    /** Where the first version of a collection is, if that was written as a snapshot. */
    public synchronized Optional<byte[]> snapshotOf(String collection) {
        return Optional.ofNullable(snapshots.get(collection));
    }

    /** Adds a patch that was made on top of a version; returns whether that was the latest. */
    public synchronized boolean append(String collection, int version, byte[] patch) {
        List<byte[]> patches = collections.computeIfAbsent(collection, _ -> new ArrayList<>());
        return patches.size() == version && patches.add(patch);
    }

    synchronized Map<String, List<byte[]>> snapshot() {
        Map<String, List<byte[]>> snapshot = new HashMap<>();
        collections.forEach((name, patches) -> snapshot.put(name, List.copyOf(patches)));
        return snapshot;
    }

    synchronized void restore(Map<String, List<byte[]>> snapshot) {
        collections.clear();
        snapshot.forEach((name, patches) -> collections.put(name, new ArrayList<>(patches)));
    }

    private List<byte[]> patches(String collection) {
        return collections.getOrDefault(collection, List.of());
    }
}
