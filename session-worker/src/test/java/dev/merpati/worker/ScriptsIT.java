package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.OwnershipProof;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.settings.TestSettings;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.store.RedisCommandStore;
import dev.merpati.worker.store.RedisCredentialsStore;
import dev.merpati.worker.store.RedisSessionStore;
import dev.merpati.worker.store.SessionView;
import dev.merpati.worker.whatsapp.FakeConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Every Lua script against a real Redis, through the class that runs it. */
class ScriptsIT {
    private static final Duration LIFE = Duration.ofMinutes(1);

    private final TestGateway gateway = new TestGateway(
            new CommandTopic("scripts", 4),
            Services.kafka().bootstrapServers(),
            Services.redis().host(),
            Services.redis().port());
    private final StringRedisTemplate redis = gateway.redis();
    private final RedisKeys keys = gateway.keys();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FencedRedis fenced = new FencedRedis(redis, keys, new OwnershipProof(), System::nanoTime, meters);
    private final ShardOwnership ownership =
            new ShardOwnership(fenced, keys, "w1", Duration.ofSeconds(20), System::nanoTime, meters);
    private final RedisCommandStore commands = new RedisCommandStore(fenced, keys, InstantSource.system());
    private final RedisSessionStore sessions =
            new RedisSessionStore(redis, fenced, keys, InstantSource.system(), Duration.ofSeconds(2));
    private final RedisCredentialsStore credentials =
            new RedisCredentialsStore(redis, fenced, keys, TestSettings.with().credentials());
    private final UUID session = newSession();
    private final int shard = keys.shardMap().shardOf(session);
    private final AtomicInteger fencings = new AtomicInteger();
    private final ShardLease lease = ownership.take(shard, fencings::incrementAndGet);

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void anEpochIsHigherThanTheOneBeforeWhateverTheClockSays() {
        long ahead = System.currentTimeMillis() * 1_000 + TimeUnit.HOURS.toMicros(1);
        redis.opsForValue().set(keys.epoch(shard), String.valueOf(ahead));

        ShardLease next = ownership.take(shard, () -> {});

        assertThat(next.epoch()).isEqualTo(ahead + 1);
        assertThat(redis.opsForValue().get(keys.epoch(shard))).isEqualTo(String.valueOf(ahead + 1));
        assertThat(redis.opsForValue().get(keys.owner(shard))).isEqualTo("w1");
        assertThat(redis.getExpire(keys.owner(shard))).isBetween(1L, 20L);
    }

    @Test
    void anEpochIsHigherThanTheOneBeforeWhenRedisHasLostIt() {
        redis.delete(keys.epoch(shard));

        assertThat(ownership.take(shard, () -> {}).epoch()).isGreaterThan(lease.epoch());
    }

    @Test
    void everyWriteOfAnOlderOwnerIsRefusedAndChangesNothing() {
        CommandEnvelope envelope = queued();
        credentials.save(lease, session, FakeConnection.credentials("before"), Map.of(), false);
        ownership.take(shard, () -> {});
        Map<Object, Object> sessionBefore = redis.opsForHash().entries(keys.session(session));
        Map<Object, Object> commandBefore = redis.opsForHash().entries(keys.command(envelope.commandId()));

        assertRefused(() -> ownership.confirm(lease));
        assertRefused(() -> ownership.release(lease));
        assertRefused(() -> commands.claim(lease, envelope));
        assertRefused(() -> commands.finish(lease, envelope, Completion.of(new Outcome.MessageSent(null, null))));
        assertRefused(() -> commands.receipt(lease, envelope.commandId(), Receipt.READ));
        assertRefused(() -> sessions.show(lease, session, view(SessionStatus.CONNECTED)));
        assertRefused(() -> credentials.save(lease, session, FakeConnection.credentials("after"), Map.of(), false));
        assertRefused(() -> credentials.saveRecords(lease, session, Map.of("a", new byte[1])));
        assertRefused(() -> credentials.drop(lease, session));
        assertRefused(() -> sessions.delete(lease, session));

        assertThat(redis.opsForHash().entries(keys.session(session))).isEqualTo(sessionBefore);
        assertThat(redis.opsForHash().entries(keys.command(envelope.commandId())))
                .isEqualTo(commandBefore);
        assertThat(credentials.load(session))
                .isNotNull()
                .satisfies(kept -> assertThat(kept.keys()).isEqualTo("before".getBytes(StandardCharsets.UTF_8)));
        assertThat(redis.hasKey(keys.owner(shard))).isTrue();
        assertThat(fencings).as("the owner is told once").hasValue(1);
        assertThat(lease.isFresh(Duration.ofHours(1))).isFalse();
        assertThat(meters.get("merpati.worker.fenced.writes.refused").counter().count())
                .isEqualTo(10);
        assertThat(credentials.loadRecords(session, List.of("a"))).isEmpty();
    }

    @Test
    void anOwnerPutsRightAnEpochThatRedisHasLost() {
        redis.opsForValue().set(keys.epoch(shard), "5");

        ownership.confirm(lease);

        assertThat(redis.opsForValue().get(keys.epoch(shard))).isEqualTo(String.valueOf(lease.epoch()));
    }

    @Test
    void releaseRemovesOnlyTheOwnKey() {
        redis.opsForValue().set(keys.owner(shard), "another");
        ownership.release(lease);
        assertThat(redis.opsForValue().get(keys.owner(shard))).isEqualTo("another");

        ownership.confirm(lease);
        ownership.release(lease);
        assertThat(redis.hasKey(keys.owner(shard))).isFalse();
    }

    @Test
    void aCommandGoesFromQueuedToStartedToItsOutcomeAndStaysThere() {
        CommandEnvelope envelope = queued();

        assertThat(commands.claim(lease, envelope)).isEqualTo(CommandState.QUEUED);
        assertThat(commands.claim(lease, envelope)).isEqualTo(CommandState.STARTED);
        assertThat(commands.finish(lease, envelope, Completion.of(new Outcome.MessageSent(null, null))))
                .isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(commands.claim(lease, envelope)).isEqualTo(CommandState.SUCCEEDED);
        Outcome late = Outcome.Failed.of(FailureCode.EXPIRED, "late");
        assertThat(commands.finish(lease, envelope, Completion.of(late)))
                .isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(gateway.state(envelope.commandId())).isEqualTo(CommandState.SUCCEEDED);
    }

    @Test
    void aRecordThatRedisHasLostIsMadeAgain() {
        CommandEnvelope envelope = gateway.envelope(session, new Command.StartSession(), LIFE);

        assertThat(commands.claim(lease, envelope)).isEqualTo(CommandState.QUEUED);

        assertThat(gateway.command(envelope.commandId()))
                .isEqualTo(new CommandRecord(TestGateway.TENANT, session, CommandState.STARTED, null, null));
        assertThat(redis.getExpire(keys.command(envelope.commandId()))).isPositive();
        assertThat(redis.opsForZSet().score(keys.commandsOfSession(session), envelope.commandId()))
                .isNotNull();
    }

    @Test
    void whatAnEarlierOwnerHadBegunFailsAsUnknown() {
        CommandEnvelope begun = queued();
        commands.claim(lease, begun);
        CommandEnvelope notBegun = queued();
        Completion unsent = Completion.unsent(FailureCode.SESSION_NOT_CONNECTED, "down");

        assertThat(commands.finish(lease, begun, unsent)).isEqualTo(unsent.ifStartedBefore());
        assertThat(commands.finish(lease, notBegun, unsent)).isEqualTo(unsent.outcome());
        assertThat(unsent.ifStartedBefore())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(FailureCode.NOT_ACKNOWLEDGED));
    }

    @Test
    void finishingForgetsCommandsThatHaveExpired() {
        redis.opsForZSet().add(keys.commandsOfSession(session), "old", 1_000);
        CommandEnvelope envelope = queued();

        commands.finish(lease, envelope, Completion.of(new Outcome.SessionChanged()));

        assertThat(redis.opsForZSet().range(keys.commandsOfSession(session), 0, -1))
                .containsExactly(envelope.commandId());
    }

    @Test
    void receiptsAreNotedForKnownMessagesOnly() {
        CommandEnvelope envelope = queued();
        commands.receipt(lease, envelope.commandId(), Receipt.READ);
        commands.receipt(lease, envelope.commandId(), Receipt.DELIVERED);
        String unknown = keys.shardMap().newCommandId(session);
        commands.receipt(lease, unknown, Receipt.READ);

        assertThat(gateway.command(envelope.commandId()))
                .isNotNull()
                .extracting(CommandRecord::receipt)
                .isEqualTo(Receipt.READ);
        assertThat(redis.hasKey(keys.command(unknown))).isFalse();
    }

    @Test
    void showsStatusCodeAndFailureTogether() {
        SessionView.QrCode code =
                new SessionView.QrCode("scan me", Instant.now().plusSeconds(60));
        sessions.show(lease, session, new SessionView(SessionStatus.QR, null, null, code));
        assertThat(redis.opsForValue().get(keys.qrCode(session))).isEqualTo("scan me");
        assertThat(redis.getExpire(keys.qrCode(session)))
                .as("2 s before its end")
                .isBetween(50L, 58L);

        sessions.show(lease, session, new SessionView(SessionStatus.CONNECTED, "39", null, null));
        assertThat(redis.hasKey(keys.qrCode(session))).isFalse();
        sessions.show(lease, session, new SessionView(SessionStatus.DISCONNECTED, null, Disconnection.BANNED, null));
        assertThat(gateway.session(session)).isNotNull().satisfies(record -> {
            assertThat(record.phoneNumber()).isEqualTo("39");
            assertThat(record.disconnection()).isEqualTo(Disconnection.BANNED);
        });
        Instant until = Instant.ofEpochMilli(1_800_000_000_000L);
        sessions.show(lease, session, view(SessionStatus.CONNECTED).newChatsRestrictedUntil(until));
        assertThat(gateway.session(session))
                .isNotNull()
                .extracting(SessionRecord::newChatsRestrictedUntil)
                .isEqualTo(until);
        sessions.show(lease, session, view(SessionStatus.CONNECTING));
        assertThat(gateway.session(session))
                .isNotNull()
                .extracting(SessionRecord::newChatsRestrictedUntil)
                .isNull();
        assertThat(gateway.session(session))
                .isNotNull()
                .extracting(SessionRecord::disconnection)
                .isNull();
    }

    @Test
    void aCodeThatIsAboutToEndIsNotHandedOut() {
        SessionView.QrCode code =
                new SessionView.QrCode("too late", Instant.now().plusSeconds(1));

        sessions.show(lease, session, new SessionView(SessionStatus.QR, null, null, code));

        assertThat(redis.hasKey(keys.qrCode(session))).isFalse();
    }

    @Test
    void aSessionThatIsGoneIsNotBroughtBack() {
        redis.delete(keys.session(session));

        assertThat(sessions.show(lease, session, view(SessionStatus.CONNECTED))).isEmpty();
        sessions.noteHeard(lease, session, "connected");
        credentials.save(lease, session, FakeConnection.credentials("k"), Map.of(), false);
        assertThat(credentials.saveRecords(lease, session, Map.of("a", new byte[1])))
                .isFalse();

        assertThat(redis.keys("*" + session + "*")).isEmpty();
    }

    @Test
    void findsTheSessionsThatAreMarkedAsDeleted() {
        UUID other = newSession();
        while (keys.shardMap().shardOf(other) != shard) {
            other = newSession();
        }
        redis.opsForHash().put(keys.session(other), SessionRecord.DELETED, "1");

        assertThat(sessions.markedAsDeleted(List.of(session, other))).containsExactly(other);
        assertThat(sessions.markedAsDeleted(List.of())).isEmpty();
    }

    @Test
    void leavesASessionAloneWhoseMarkMayBeTakenBack() {
        mark(session, System.currentTimeMillis() + 60_000);

        assertThat(sessions.markedAsDeleted(List.of(session))).isEmpty();
        assertThat(sessions.load(session))
                .isNotNull()
                .satisfies(loaded -> assertThat(loaded.deleted()).isFalse());

        mark(session, System.currentTimeMillis() - 1);

        assertThat(sessions.markedAsDeleted(List.of(session))).containsExactly(session);
        assertThat(sessions.load(session))
                .isNotNull()
                .satisfies(loaded -> assertThat(loaded.deleted()).isTrue());
    }

    private void mark(UUID marked, long from) {
        redis.opsForHash()
                .putAll(
                        keys.session(marked),
                        Map.of(SessionRecord.DELETED, "1", SessionRecord.DELETED_FROM, String.valueOf(from)));
    }

    @Test
    void takesASessionThatNobodyConfirmedInTimeForDeleted() {
        redis.opsForHash()
                .put(keys.session(session), SessionRecord.CONFIRM_BY, "" + (System.currentTimeMillis() + 60_000));
        assertThat(sessions.markedAsDeleted(List.of(session))).isEmpty();

        redis.opsForHash().put(keys.session(session), SessionRecord.CONFIRM_BY, "" + (System.currentTimeMillis() - 1));
        assertThat(sessions.markedAsDeleted(List.of(session))).containsExactly(session);
        assertThat(sessions.load(session))
                .isNotNull()
                .satisfies(loaded -> assertThat(loaded.deleted()).isTrue());
    }

    @Test
    void keepsASessionThatACommandHasReached() {
        redis.opsForHash().put(keys.session(session), SessionRecord.CONFIRM_BY, "" + (System.currentTimeMillis() - 1));

        sessions.confirm(lease, session);

        assertThat(sessions.markedAsDeleted(List.of(session))).isEmpty();
        assertThat(sessions.load(session))
                .isNotNull()
                .satisfies(loaded -> assertThat(loaded.unconfirmed()).isFalse());
    }

    @Test
    void keepsASessionWhoseConfirmationRedisHasLost() {
        redis.opsForHash().put(keys.session(session), SessionRecord.CONFIRM_BY, "" + (System.currentTimeMillis() - 1));

        sessions.show(lease, session, SessionView.connecting());

        assertThat(sessions.markedAsDeleted(List.of(session))).isEmpty();
    }

    @Test
    void deletingRemovesEveryKeyOfTheSession() {
        credentials.save(lease, session, FakeConnection.credentials("k"), Map.of(), false);
        String first = queued().commandId();
        for (int i = 0; i < 450; i++) {
            queued();
        }

        sessions.delete(lease, session);

        assertThat(redis.keys("*" + session + "*")).isEmpty();
        assertThat(redis.hasKey(keys.command(first))).isFalse();
        assertThat(redis.opsForSet().isMember(keys.sessionsOfShard(shard), session.toString()))
                .isFalse();
    }

    private CommandEnvelope queued() {
        CommandEnvelope envelope = gateway.envelope(session, new Command.StartSession(), LIFE);
        gateway.makeRecord(envelope);
        return envelope;
    }

    private UUID newSession() {
        UUID id = UUID.randomUUID();
        redis.opsForHash()
                .putAll(
                        keys.session(id),
                        Map.of(
                                SessionRecord.TENANT, "t",
                                SessionRecord.NAME, "n",
                                SessionRecord.CREATED_AT, "1",
                                SessionRecord.STATUS, "connecting"));
        redis.opsForSet().add(keys.sessionsOfShard(keys.shardMap().shardOf(id)), id.toString());
        return id;
    }

    private static SessionView view(SessionStatus status) {
        return new SessionView(status, null, null, null);
    }

    private static void assertRefused(ThrowingCallable write) {
        assertThatThrownBy(write).isInstanceOf(FencedException.class);
    }
}
