package dev.merpati.worker.shard;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.session.SessionFactory;
import dev.merpati.worker.store.SessionStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
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
    private final OpeningLog opening = new OpeningLog();
    private final Timer openings;
    private final Timer handOvers;

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
        Gauge.builder(
                        "merpati.worker.shards.open",
                        owned,
                        all -> all.stream().filter(Shard::isOpen).count())
                .description("Owned shards whose epoch is taken: they take commands")
                .register(meters);
        openings = Timer.builder("merpati.worker.shard.openings")
                .description("From the assignment of a shard until its sessions are known and it takes commands")
                .register(meters);
        handOvers = Timer.builder("merpati.worker.shard.handovers")
                .description("Hand-overs of shards to their next owners, all of one rebalance together")
                .register(meters);
    }

    /** Starts a new ownership; returns at once, and the shard opens a little later. */
    public Shard take(int number) {
        long begun = System.nanoTime();
        opening.begun(number);
        Shard shard = new Shard(number, ownership, sessionStore, factory, backoff, sessions -> {
            openings.record(Duration.ofNanos(System.nanoTime() - begun));
            opening.opened(number, sessions);
        });
        owned.add(shard);
        shard.open();
        return shard;
    }

    /** Ends ownerships cleanly, all at the same time, within the timeout. */
    public void handOver(Collection<Shard> shards, Duration timeout) {
        handOvers.record(() -> {
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                shards.forEach(shard -> executor.execute(() -> shard.handOver(timeout)));
            }
        });
        gone(shards);
    }

    /** Ends ownerships that were lost: closes the sockets and writes nothing. */
    public void abandon(Collection<Shard> shards) {
        shards.forEach(Shard::abort);
        gone(shards);
    }

    private void gone(Collection<Shard> shards) {
        owned.removeAll(Set.copyOf(shards));
        shards.forEach(shard -> opening.givenUp(shard.number()));
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
