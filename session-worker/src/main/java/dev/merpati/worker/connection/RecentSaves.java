package dev.merpati.worker.connection;

import dev.merpati.clients.timing.StopSignal;
import dev.merpati.clients.timing.Timers;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.whatsapp.Credentials;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session has stored so lately that Redis can still lose it, so that it can be stored again: what a message was
 * encrypted with is nowhere else any more. Thread-safe.
 */
final class RecentSaves {
    /** A little more than Redis loses at most. */
    private static final Duration KEPT = Duration.ofSeconds(20);

    private final ShardLease lease;
    private final Timers timers;
    private final StopSignal stop;
    private final Map<String, Saved> records = new HashMap<>();
    private @Nullable Credentials credentials;
    private long credentialsAt;
    private boolean forgetting;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Saved(byte @Nullable [] value, long at) {}

    RecentSaves(ShardLease lease, Timers timers, StopSignal stop) {
        this.lease = lease;
        this.timers = timers;
        this.stop = stop;
    }

    /** @param at when, by the lease's clock */
    synchronized void credentials(Credentials saved, long at) {
        credentials = saved;
        credentialsAt = at;
        forgetLater();
    }

    synchronized void records(Map<String, byte @Nullable []> saved, long at) {
        saved.forEach((name, value) -> records.put(name, new Saved(value, at)));
        forgetLater();
    }

    synchronized void clear() {
        credentials = null;
        records.clear();
    }

    /** Returns the credentials if they may be lost. */
    synchronized @Nullable Credentials lostCredentials() {
        return lease.mayHaveLost(credentialsAt) ? credentials : null;
    }

    /** Returns the changes of records that may be lost. */
    synchronized Map<String, byte @Nullable []> lostRecords() {
        Map<String, byte @Nullable []> lost = new HashMap<>();
        records.forEach((name, saved) -> {
            if (lease.mayHaveLost(saved.at())) {
                lost.put(name, saved.value());
            }
        });
        return lost;
    }

    private void forgetLater() {
        if (!forgetting) {
            forgetting = true;
            timers.after(KEPT, this::forget);
        }
    }

    /** While Redis is away nothing is confirmed, and so nothing is safe. */
    private synchronized void forget() {
        forgetting = false;
        records.values().removeIf(saved -> lease.isSafe(saved.at()));
        if (credentials != null && lease.isSafe(credentialsAt)) {
            credentials = null;
        }
        if (stop.isStopped()) {
            clear(); // The shard's next owner knows what is stored.
        } else if (credentials != null || !records.isEmpty()) {
            forgetLater();
        }
    }
}
