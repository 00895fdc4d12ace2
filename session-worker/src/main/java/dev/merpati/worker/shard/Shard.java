package dev.merpati.worker.shard;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.session.BusyResponder;
import dev.merpati.worker.session.CommandTask;
import dev.merpati.worker.session.Session;
import dev.merpati.worker.session.SessionFactory;
import dev.merpati.worker.store.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ownership of one shard, from its assignment to its end, and the sessions in it. Thread-safe; only {@link
 * #handOver} blocks.
 */
public final class Shard {
    private static final Logger log = LoggerFactory.getLogger(Shard.class);
    private static final Duration REPAIR_INTERVAL = Duration.ofSeconds(30);
    private static final ThreadFactory THREADS =
            Thread.ofVirtual().name("shard-", 0).factory();

    private final int number;
    private final ShardOwnership ownership;
    private final SessionStore sessionStore;
    private final SessionFactory factory;
    private final IntConsumer whenOpen;
    private final StopSignal stop = new StopSignal();
    private final FencedRetry retry;
    private final Map<UUID, Session> sessions = new ConcurrentHashMap<>();
    private volatile @Nullable BusyResponder busy;
    /** Held while a session is added, so that none is added behind the back of the shard's end. */
    private final ReentrantLock membership = new ReentrantLock();

    private volatile @Nullable ShardLease lease;
    private volatile boolean fenced;

    /** @param whenOpen gets how many sessions it has, once they are known */
    Shard(
            int number,
            ShardOwnership ownership,
            SessionStore sessionStore,
            SessionFactory factory,
            Backoff backoff,
            IntConsumer whenOpen) {
        this.number = number;
        this.ownership = ownership;
        this.sessionStore = sessionStore;
        this.factory = factory;
        this.whenOpen = whenOpen;
        this.retry = new FencedRetry(backoff, stop);
    }

    public int number() {
        return number;
    }

    /** Takes the shard's epoch and then connects its sessions, however long Redis is unavailable. Returns at once. */
    void open() {
        THREADS.newThread(() -> {
                    ShardLease taken =
                            untilRepaired("Taking shard " + number, () -> ownership.take(number, this::whenFenced));
                    if (taken == null) {
                        return;
                    }
                    busy = factory.busyResponder(taken, stop);
                    lease = taken;
                    if (stop.isStopped()) {
                        release(); // Nobody else will: the end of the shard came before this lease.
                        return;
                    }
                    Set<UUID> ids = untilRepaired(
                            "Listing the sessions of shard " + number, () -> sessionStore.sessionsOf(number));
                    if (ids != null) {
                        log.debug("Shard {} is taken with epoch {}: {} sessions", number, taken.epoch(), ids.size());
                        whenOpen.accept(ids.size());
                        ids.forEach(id -> startSession(taken, id));
                    }
                })
                .start();
    }

    /** What a whole shard needs is tried on, slowly, for as long as it fails: an operator may repair what is stored. */
    private <T> @Nullable T untilRepaired(String what, Supplier<T> action) {
        while (!stop.isStopped()) {
            try {
                return retry.untilDone(what, action);
            } catch (RuntimeException e) {
                log.error("{} fails; trying again in {} s: {}", what, REPAIR_INTERVAL.toSeconds(), e.toString());
                stop.await(REPAIR_INTERVAL);
            }
        }
        return null;
    }

    /** Whether it takes commands. */
    public boolean isOpen() {
        return lease != null && !stop.isStopped();
    }

    /** Whether a newer owner has taken it. */
    public boolean isFenced() {
        return fenced;
    }

    /** Whether Kafka has to confirm the ownership before anything more can be written or sent. */
    public boolean isUnproven() {
        ShardLease held = lease;
        return held != null && !stop.isStopped() && !fenced && !ownership.isProven(held);
    }

    /**
     * Kafka confirmed the ownership. Redis may have lost its last writes, so the epoch, the owner and the sessions' state
     * are written again. Returns at once.
     *
     * @param generation {@link Shards#proofGeneration} from before Kafka was asked
     */
    public void ownershipConfirmed(long generation) {
        ShardLease held = lease;
        if (held != null) {
            ownership.proven(held, generation);
            THREADS.newThread(() -> {
                        confirm();
                        sessions.values().forEach(Session::storeAgain);
                    })
                    .start();
        }
    }

    /** Passes a command to its session. The shard must be open. */
    public void offer(CommandTask task) {
        ShardLease held = held();
        ifNotEnding(() -> sessions.compute(task.envelope().sessionId(), (id, known) -> {
            Session session = known == null ? newSession(held, id) : known;
            session.offer(task);
            return session;
        }));
    }

    /** Whether the command may be refused instead of run when there is no room for it. The shard must be open. */
    public boolean mayRefuse(CommandEnvelope envelope) {
        return busy().mayRefuse(envelope);
    }

    /** Refuses a command that there is no room for. The shard must be open. */
    public void refuse(CommandTask task) {
        busy().refuse(task);
    }

    private ShardLease held() {
        return whenOpen(lease);
    }

    private BusyResponder busy() {
        return whenOpen(busy);
    }

    private <T> T whenOpen(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("shard " + number + " is not open");
        }
        return value;
    }

    /** Confirms the ownership; what goes wrong shows in the age of the lease. */
    void confirm() {
        ShardLease held = lease;
        if (held != null && !stop.isStopped()) {
            try {
                ownership.confirm(held);
            } catch (RedisUnavailableException e) {
                log.debug("The ownership of shard {} is not confirmed: {}", number, e.toString());
            } catch (RuntimeException e) {
                log.warn("The ownership of shard {} is not confirmed: {}", number, e.toString());
            }
        }
    }

    /** Deletes the sessions that are marked as deleted and still there. Returns when they are known. */
    void reconcile() {
        ShardLease held = lease;
        if (held == null || stop.isStopped()) {
            return;
        }
        try {
            for (UUID id : sessionStore.markedAsDeleted(sessionStore.sessionsOf(number))) {
                log.info("Session {} is marked as deleted and still there", id);
                ifNotEnding(() ->
                        sessions.computeIfAbsent(id, _ -> newSession(held, id)).deleteIfMarked());
            }
        } catch (RuntimeException e) {
            log.debug("Shard {}: the deleted sessions are looked for later: {}", number, e.toString());
        }
    }

    /** Closes all sessions for the next owner and releases the shard, within the timeout. */
    void handOver(Duration timeout) {
        List<Session> all = end();
        CountDownLatch done = new CountDownLatch(all.size());
        for (Session session : all) {
            THREADS.newThread(() -> {
                        try {
                            session.handOver(timeout);
                        } finally {
                            done.countDown();
                        }
                    })
                    .start();
        }
        try {
            if (!done.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn(
                        "Shard {}: {} sessions are cut off, since their hand-over took too long",
                        number,
                        done.getCount());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abort();
        release();
    }

    /** Closes all sessions at once and writes nothing more. */
    void abort() {
        end().forEach(Session::abort);
        sessions.clear();
    }

    /** Lets no further session in, and returns all that are there. */
    private List<Session> end() {
        membership.lock();
        try {
            stop.stop();
            return new ArrayList<>(sessions.values());
        } finally {
            membership.unlock();
        }
    }

    /** Does nothing once the shard ends: what comes then is left to its next owner. */
    private void ifNotEnding(Runnable addsSession) {
        membership.lock();
        try {
            if (!stop.isStopped()) {
                addsSession.run();
            }
        } finally {
            membership.unlock();
        }
    }

    private void release() {
        ShardLease held = lease;
        if (held != null) {
            try {
                ownership.release(held);
            } catch (RuntimeException e) {
                log.warn("Shard {} was not released, its owner key will expire: {}", number, e.toString());
            }
        }
    }

    private void startSession(ShardLease held, UUID id) {
        ifNotEnding(
                () -> sessions.computeIfAbsent(id, _ -> newSession(held, id)).start());
    }

    private Session newSession(ShardLease held, UUID id) {
        return factory.create(id, held, () -> forget(id));
    }

    private void forget(UUID id) {
        sessions.computeIfPresent(id, (_, session) -> session.isForgettable() ? null : session);
    }

    private void whenFenced() {
        log.warn("Shard {} was taken by a newer owner: its connections are closed", number);
        fenced = true;
        THREADS.newThread(this::abort).start();
    }
}
