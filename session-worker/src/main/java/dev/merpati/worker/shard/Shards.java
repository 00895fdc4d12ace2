package dev.merpati.worker.shard;

import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.session.SessionFactory;
import dev.merpati.worker.store.SessionStore;
import dev.merpati.worker.timing.Backoff;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** All shards that this worker owns. Thread-safe. */
public final class Shards {
    private final ShardOwnership ownership;
    private final SessionStore sessionStore;
    private final SessionFactory factory;
    private final Backoff backoff;
    private final Set<Shard> owned = ConcurrentHashMap.newKeySet();

    public Shards(
            ShardOwnership ownership,
            SessionStore sessionStore,
            SessionFactory factory,
            Backoff backoff,
            MeterRegistry meters) {
        this.ownership = ownership;
        this.sessionStore = sessionStore;
        this.factory = factory;
        this.backoff = backoff;
        Gauge.builder("merpati.worker.shards.owned", owned, Set::size)
                .description("Shards that Kafka has assigned to this worker")
                .register(meters);
    }

    /** Starts a new ownership; returns at once, and the shard opens a little later. */
    public Shard take(int number) {
        Shard shard = new Shard(number, ownership, sessionStore, factory, backoff);
        owned.add(shard);
        shard.open();
        return shard;
    }

    /** Ends ownerships cleanly, all at the same time, within the timeout. */
    public void handOver(Collection<Shard> shards, Duration timeout) {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            shards.forEach(shard -> executor.execute(() -> shard.handOver(timeout)));
        }
        owned.removeAll(Set.copyOf(shards));
    }

    /** Ends ownerships that were lost: closes the sockets and writes nothing. */
    public void abandon(Collection<Shard> shards) {
        shards.forEach(Shard::abort);
        owned.removeAll(Set.copyOf(shards));
    }

    /** Deletes the sessions that are marked as deleted and still there, since their command was refused or lost. */
    public void reconcile() {
        owned.forEach(Shard::reconcile);
    }

    /** Confirms every ownership and keeps the owner keys alive. */
    public void confirm() {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            owned.forEach(shard -> executor.execute(shard::confirm));
        }
    }

    /** For {@link Shard#ownershipConfirmed}; read it before asking Kafka. */
    public long proofGeneration() {
        return ownership.proofGeneration();
    }

    /** Whether the epochs of all owned shards have been taken. */
    public boolean areOpen() {
        return owned.stream().allMatch(Shard::isOpen);
    }
}
