package dev.merpati.worker.media;

import dev.merpati.model.outcome.Outcome;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Which files are fetched when: so many at a time, in turn over the sessions, those that somebody waits for before the others,
 * and each once. Files that nobody waits for take no more than half of the places, so that one is free soon. Thread-safe,
 * never blocks.
 */
final class DownloadQueue {

    /** A file of a session. */
    record File(UUID sessionId, String mediaId) {}

    /** Fetches a file. */
    interface Download {
        /** @param awaited whether somebody waited for it when it was begun */
        Outcome run(File file, boolean awaited);
    }

    private final int parallel;
    private final int maxUnawaited;
    private final Executor threads;
    private final Download download;
    private final Map<File, Entry> entries = new HashMap<>();
    private final RoundRobin awaited = new RoundRobin();
    private final RoundRobin unawaited = new RoundRobin();
    private int running;
    private int runningUnawaited;

    /**
     * @param maxUnawaited how many files that nobody waits for may be in the queue
     * @param threads runs each download on a thread of its own
     * @param download never fails
     */
    DownloadQueue(int parallel, int maxUnawaited, Executor threads, Download download) {
        this.parallel = parallel;
        this.maxUnawaited = maxUnawaited;
        this.threads = threads;
        this.download = download;
    }

    /** Returns what becomes of the file, which is fetched as soon as it is its turn. */
    CompletableFuture<Outcome> await(File file) {
        CompletableFuture<Outcome> outcome;
        synchronized (this) {
            Entry entry = entries.get(file);
            if (entry == null) {
                entry = new Entry(file);
                entries.put(file, entry);
                entry.awaited = true;
                awaited.add(entry);
            } else if (!entry.awaited) {
                if (unawaited.remove(entry)) {
                    entry.awaited = true;
                    awaited.add(entry);
                } else {
                    entry.joined = true;
                }
            }
            outcome = entry.outcome;
        }
        beginNext();
        // Each has its own to cancel.
        return outcome.copy();
    }

    /** Has a file fetched when there is room for it; returns false when too many wait. */
    boolean offer(File file) {
        synchronized (this) {
            if (entries.containsKey(file)) {
                return true;
            }
            if (unawaited.size() >= maxUnawaited) {
                return false;
            }
            Entry entry = new Entry(file);
            entries.put(file, entry);
            unawaited.add(entry);
        }
        beginNext();
        return true;
    }

    synchronized int waiting() {
        return awaited.size() + unawaited.size();
    }

    synchronized int running() {
        return running;
    }

    private void beginNext() {
        for (Entry next = next(); next != null; next = next()) {
            Entry entry = next;
            threads.execute(() -> run(entry));
        }
    }

    private synchronized @Nullable Entry next() {
        if (running >= parallel) {
            return null;
        }
        Entry entry = awaited.poll();
        if (entry == null && runningUnawaited < Math.max(1, parallel / 2)) {
            entry = unawaited.poll();
            if (entry != null) {
                runningUnawaited++;
            }
        }
        if (entry != null) {
            running++;
        }
        return entry;
    }

    private void run(Entry entry) {
        Outcome outcome = download.run(entry.file, entry.awaited);
        boolean again;
        synchronized (this) {
            running--;
            if (!entry.awaited) {
                runningUnawaited--;
            }
            again = entry.joined && !entry.awaited && outcome instanceof Outcome.Failed;
            if (again) {
                entry.awaited = true;
                awaited.add(entry);
            } else {
                entries.remove(entry.file);
            }
        }
        if (!again) {
            entry.outcome.complete(outcome);
        }
        beginNext();
    }

    /** A file in the queue, or one that is being fetched. */
    private static final class Entry {
        private final File file;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        /** Does not change while it is being fetched. */
        private boolean awaited;
        /** Somebody has come to wait while it was fetched for nobody, which has narrower bounds: it is tried again if it fails. */
        private boolean joined;

        Entry(File file) {
            this.file = file;
        }
    }

    /** Files in order of arrival within a session, sessions in turn. */
    private static final class RoundRobin {
        private final LinkedHashMap<UUID, Queue<Entry>> sessions = new LinkedHashMap<>();
        private int size;

        void add(Entry entry) {
            sessions.computeIfAbsent(entry.file.sessionId(), _ -> new ArrayDeque<>())
                    .add(entry);
            size++;
        }

        boolean remove(Entry entry) {
            Queue<Entry> files = sessions.get(entry.file.sessionId());
            if (files == null || !files.remove(entry)) {
                return false;
            }
            if (files.isEmpty()) {
                sessions.remove(entry.file.sessionId());
            }
            size--;
            return true;
        }

        @Nullable
        Entry poll() {
            Map.Entry<UUID, Queue<Entry>> first = sessions.pollFirstEntry();
            if (first == null) {
                return null;
            }
            Entry entry = first.getValue().remove();
            if (!first.getValue().isEmpty()) {
                sessions.putLast(first.getKey(), first.getValue());
            }
            size--;
            return entry;
        }

        int size() {
            return size;
        }
    }
}
