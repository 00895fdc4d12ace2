package dev.merpati.worker.session;

import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.worker.fencing.LeaseCheck;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.store.CommandStore;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.store.CredentialsStore;
import dev.merpati.worker.store.SessionStore;
import dev.merpati.worker.store.SessionView;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a session keeps in Redis, in memory. It can be away, and it can belong to a newer owner. */
public final class MemoryStore implements SessionStore, CommandStore, LeaseCheck {
    public final Map<UUID, SessionRecord> records = new ConcurrentHashMap<>();
    public final Map<UUID, Credentials> credentials = new ConcurrentHashMap<>();
    /** What connections keep beside their credentials. */
    public final Map<UUID, InMemoryRecords> besides = new ConcurrentHashMap<>();

    public final Map<String, CommandState> states = new ConcurrentHashMap<>();
    public final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    public final Map<String, Receipt> receipts = new ConcurrentHashMap<>();
    /** What tenants heard last, as it is noted. */
    public final Map<UUID, String> heard = new ConcurrentHashMap<>();

    public final List<SessionView> views = new CopyOnWriteArrayList<>();
    public final AtomicInteger statusFailures = new AtomicInteger();
    public final AtomicInteger confirmations = new AtomicInteger();
    /** The commands whose records are kept apart from their session's. */
    public final Set<String> outliving = ConcurrentHashMap.newKeySet();

    private final AtomicInteger failingDeletions = new AtomicInteger();
    private volatile Runnable whenClaimed = () -> {};
    private volatile Runnable whenHeardIsNoted = () -> {};
    public final AtomicInteger savedCredentials = new AtomicInteger();
    public volatile boolean away;
    /** The session's status, or its credentials, cannot be written or read: another try does not help. */
    public volatile @Nullable RuntimeException unwritableStatus;

    public volatile @Nullable RuntimeException unreadableCredentials;
    /** Whether Redis refuses every outcome, as it would with a key of the wrong type. */
    public volatile boolean refusesOutcomes;

    public volatile boolean taken;
    private final LongSupplier nanoTime;

    MemoryStore(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void confirm(ShardLease lease) {
        confirmations.incrementAndGet();
        check(lease);
    }

    @Override
    public Set<UUID> sessionsOf(int shard) {
        checkThere();
        return Set.copyOf(records.keySet());
    }

    @Override
    public @Nullable SessionRecord load(UUID sessionId) {
        checkThere();
        return records.get(sessionId);
    }

    @Override
    public void confirm(ShardLease lease, UUID sessionId) {
        check(lease);
        records.computeIfPresent(sessionId, (_, record) -> with(record, record.deleted(), false));
    }

    /** A session whose start nobody has confirmed yet. */
    public void unconfirm(UUID sessionId) {
        records.computeIfPresent(sessionId, (_, record) -> with(record, record.deleted(), true));
    }

    private static SessionRecord with(SessionRecord record, boolean deleted, boolean unconfirmed) {
        return new SessionRecord(
                record.id(),
                record.tenantId(),
                record.name(),
                record.createdAt(),
                record.status(),
                record.phoneNumber(),
                record.disconnection(),
                record.disconnectedUntil(),
                record.passkey(),
                record.newChatsRestrictedUntil(),
                deleted,
                unconfirmed);
    }

    @Override
    public Optional<String> show(ShardLease lease, UUID sessionId, SessionView view) {
        check(lease);
        if (!records.containsKey(sessionId)) {
            return Optional.empty();
        }
        RuntimeException failure = unwritableStatus;
        if (failure != null) {
            statusFailures.incrementAndGet();
            throw failure;
        }
        views.add(view);
        return Optional.of(heard.getOrDefault(sessionId, ""));
    }

    @Override
    public void noteHeard(ShardLease lease, UUID sessionId, String status) {
        check(lease);
        whenHeardIsNoted.run();
        heard.put(sessionId, status);
    }

    /** What the gateway does when a tenant deletes a session, before it publishes the command. */
    public void markDeleted(UUID sessionId) {
        records.computeIfPresent(sessionId, (_, record) -> with(record, true, record.unconfirmed()));
    }

    /** What happens before it is noted what a tenant heard. */
    public void whenHeardIsNoted(Runnable behaviour) {
        whenHeardIsNoted = behaviour;
    }

    public void failDeletions(int times) {
        failingDeletions.set(times);
    }

    /** What happens while a command is being claimed. */
    public void whenClaimed(Runnable behaviour) {
        whenClaimed = behaviour;
    }

    @Override
    public Set<UUID> markedAsDeleted(Collection<UUID> sessions) {
        checkThere();
        return records.values().stream()
                .filter(record -> record.deleted() && sessions.contains(record.id()))
                .map(SessionRecord::id)
                .collect(Collectors.toSet());
    }

    @Override
    public void delete(ShardLease lease, UUID sessionId) {
        check(lease);
        if (failingDeletions.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            credentials.remove(sessionId);
            throw TestLeases.unavailable("Redis is away"); // In the midst of a deletion.
        }
        records.remove(sessionId);
        credentials.remove(sessionId);
        besides.remove(sessionId);
    }

    @Override
    public CommandState claim(ShardLease lease, CommandEnvelope envelope) {
        whenClaimed.run();
        check(lease);
        CommandState before = states.getOrDefault(envelope.commandId(), CommandState.QUEUED);
        if (before == CommandState.QUEUED) {
            states.put(envelope.commandId(), CommandState.STARTED);
        }
        return before;
    }

    @Override
    public Outcome finish(ShardLease lease, CommandEnvelope envelope, Completion completion) {
        check(lease);
        if (refusesOutcomes) {
            throw new IllegalArgumentException("WRONGTYPE");
        }
        Outcome outcome = states.get(envelope.commandId()) == CommandState.STARTED
                ? completion.ifStartedBefore()
                : completion.outcome();
        Outcome stands = outcomes.putIfAbsent(envelope.commandId(), outcome);
        if (completion.outlivesSession()) {
            outliving.add(envelope.commandId());
        }
        states.put(
                envelope.commandId(),
                (stands == null ? outcome : stands) instanceof Outcome.Failed
                        ? CommandState.FAILED
                        : CommandState.SUCCEEDED);
        return stands == null ? outcome : stands;
    }

    @Override
    public void receipt(ShardLease lease, String messageId, Receipt receipt) {
        check(lease);
        receipts.put(messageId, receipt);
    }

    CredentialsStore credentialsStore() {
        return new CredentialsStore() {
            @Override
            public boolean exist(UUID sessionId) {
                checkThere();
                return credentials.containsKey(sessionId);
            }

            @Override
            public @Nullable Credentials load(UUID sessionId) {
                checkThere();
                RuntimeException failure = unreadableCredentials;
                if (failure != null) {
                    throw failure;
                }
                return credentials.get(sessionId);
            }

            @Override
            public boolean save(
                    ShardLease lease,
                    UUID sessionId,
                    Credentials toSave,
                    Map<String, byte @Nullable []> changes,
                    boolean voids) {
                check(lease);
                if (!records.containsKey(sessionId)) {
                    return false;
                }
                besides(sessionId).save(changes);
                credentials.put(sessionId, toSave);
                savedCredentials.incrementAndGet();
                return true;
            }

            @Override
            public Map<String, byte[]> loadRecords(UUID sessionId, Collection<String> names) {
                checkThere();
                return besides(sessionId).load(names);
            }

            @Override
            public boolean saveRecords(ShardLease lease, UUID sessionId, Map<String, byte @Nullable []> changes) {
                check(lease);
                if (!records.containsKey(sessionId)) {
                    return false;
                }
                besides(sessionId).save(changes);
                return true;
            }

            private InMemoryRecords besides(UUID sessionId) {
                return besides.computeIfAbsent(sessionId, _ -> new InMemoryRecords());
            }

            @Override
            public void drop(ShardLease lease, UUID sessionId) {
                check(lease);
                credentials.remove(sessionId);
                besides.remove(sessionId);
            }
        };
    }

    private void check(ShardLease lease) {
        checkThere();
        if (taken) {
            throw TestLeases.fence(lease);
        }
        TestLeases.confirm(lease, nanoTime);
    }

    private void checkThere() {
        if (away) {
            throw TestLeases.unavailable("Redis is away");
        }
    }
}
