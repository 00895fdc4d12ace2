package dev.merpati.worker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.worker.Services;
import dev.merpati.worker.TestGateway;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.OwnershipProof;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.settings.TestSettings;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.FakeConnection;
import dev.merpati.worker.whatsapp.SessionRecords;
import dev.merpati.worker.whatsapp.SessionRecordsContract;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Credentials and records in a real Redis. */
class RedisCredentialsStoreIT extends SessionRecordsContract {
    private final TestGateway gateway = new TestGateway(
            new CommandTopic("credentials", 4),
            Services.kafka().bootstrapServers(),
            Services.redis().host(),
            Services.redis().port());
    private final StringRedisTemplate redis = gateway.redis();
    private final RedisKeys keys = gateway.keys();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FencedRedis fenced = new FencedRedis(redis, keys, new OwnershipProof(), System::nanoTime, meters);
    private final RedisCredentialsStore credentials =
            new RedisCredentialsStore(redis, fenced, keys, TestSettings.with().credentials());
    private final UUID session = newSession();
    private final ShardLease lease = new ShardOwnership(
                    fenced, keys, "w1", Duration.ofSeconds(20), System::nanoTime, meters)
            .take(keys.shardMap().shardOf(session), () -> {});

    @AfterEach
    void close() {
        gateway.close();
    }

    @Override
    protected SessionRecords records() {
        return new SessionRecords() {
            @Override
            public Map<String, byte[]> load(Collection<String> names) {
                return credentials.loadRecords(session, names);
            }

            @Override
            public void save(Map<String, byte @Nullable []> changes) {
                assertThat(credentials.saveRecords(lease, session, changes)).isTrue();
            }
        };
    }

    @Test
    void credentialsAreStoredEncryptedAndForTheirSessionOnly() {
        credentials.save(lease, session, FakeConnection.credentials("the keys"), Map.of(), false);

        assertThat(credentials.load(session))
                .isNotNull()
                .satisfies(loaded -> assertThat(loaded.sessions()).isEqualTo(Credentials.Sessions.IN_RECORDS));
        Map<String, String> stored = redis.<String, String>opsForHash().entries(keys.credentials(session));
        assertThat(stored.values()).noneMatch(value -> value.contains("the keys"));
        UUID other = newSession();
        redis.opsForHash().putAll(keys.credentials(other), stored);
        assertThatThrownBy(() -> credentials.load(other)).isInstanceOf(UnreadableCredentialsException.class);
    }

    @Test
    void recordsAreNoCredentialsAndGoWithThem() {
        credentials.saveRecords(lease, session, Map.of("own-lid", new byte[] {1}));
        assertThat(credentials.exist(session)).isFalse();
        assertThat(credentials.load(session)).isNull();

        credentials.save(lease, session, FakeConnection.credentials("k"), Map.of(), false);
        credentials.drop(lease, session);

        assertThat(redis.hasKey(keys.credentials(session))).isFalse();
    }

    /** As of a release before the records, which knows no others: its sessions are newer than those in records. */
    @Test
    void sessionsInRecordsAreVoidAfterAReleaseThatKeptThemAmongTheKeys() {
        credentials.saveRecords(lease, session, Map.of("signal:1", new byte[] {1}, "lid:1", new byte[] {2}));

        credentials.save(lease, session, FakeConnection.credentials("k"), Map.of("signal:2", new byte[] {3}), true);

        assertThat(credentials.loadRecords(session, List.of("signal:1", "signal:2", "lid:1")))
                .containsOnlyKeys("signal:2", "lid:1");
    }

    @Test
    void aDamagedRecordIsTakenForLostAndTheOthersAreNot() {
        credentials.saveRecords(
                lease, session, Map.of("signal:1", new byte[] {1}, "signal:2", new byte[] {2}, "signal:3", new byte[] {3
                }));
        String other = redis.<String, String>opsForHash().get(keys.credentials(session), "signal:3");
        redis.opsForHash().put(keys.credentials(session), "signal:1", "damaged");
        redis.opsForHash().put(keys.credentials(session), "signal:2", String.valueOf(other));

        assertThat(credentials.loadRecords(session, List.of("signal:1", "signal:2", "signal:3")))
                .containsOnlyKeys("signal:3");
    }

    @Test
    void credentialsUnderAKeyOfTheWrongTypeCanNeverBeRead() {
        redis.opsForValue().set(keys.credentials(session), "not a hash");

        assertThat(credentials.exist(session)).isTrue();
        assertThatThrownBy(() -> credentials.load(session)).isInstanceOf(UnreadableCredentialsException.class);

        credentials.drop(lease, session);
        assertThat(credentials.exist(session)).isFalse();
    }

    private UUID newSession() {
        UUID id = UUID.randomUUID();
        redis.opsForHash().put(keys.session(id), SessionRecord.STATUS, "connecting");
        return id;
    }
}
