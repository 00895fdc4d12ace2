package dev.merpati.worker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.media.ReceivedFile;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.worker.Services;
import dev.merpati.worker.TestGateway;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.OwnershipProof;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.media.TestReceived;
import dev.merpati.worker.settings.TestSettings;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Received files in a real Redis. */
class RedisReceivedMediaStoreIT {
    private static final Duration RETENTION = Duration.ofHours(1);
    private static final Duration KEPT = RETENTION.plus(ReceivedFile.GRACE);

    private final TestGateway gateway = new TestGateway(
            new CommandTopic("received", 4),
            Services.kafka().bootstrapServers(),
            Services.redis().host(),
            Services.redis().port());
    private final StringRedisTemplate redis = gateway.redis();
    private final RedisKeys keys = gateway.keys();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FencedRedis fenced = new FencedRedis(redis, keys, new OwnershipProof(), System::nanoTime, meters);
    private final ShardOwnership ownership =
            new ShardOwnership(fenced, keys, "w1", Duration.ofSeconds(20), System::nanoTime, meters);
    private final UUID session = newSession();
    private final ShardLease lease = ownership.take(keys.shardMap().shardOf(session), () -> {});
    private Instant now = Instant.now();
    private final RedisReceivedMediaStore store = store();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void findsAgainWhatItRemembered() {
        assertThat(store.remember(lease, session, "m1", TestReceived.reference()))
                .isTrue();
        assertThat(store.remember(lease, session, "m1", TestReceived.reference()))
                .isTrue();

        assertThat(found("m1"))
                .usingRecursiveComparison()
                .ignoringFields("media.caption")
                .isEqualTo(TestReceived.reference());
        assertThat(store.find(session, "m2")).isNull();
        assertThat(redis.getExpire(keys.receivedFiles(session))).isBetween(KEPT.toSeconds() - 60, KEPT.toSeconds());
        assertThat(redis.getExpire(keys.receivedFilesByTime(session)))
                .isBetween(KEPT.toSeconds() - 60, KEPT.toSeconds());
    }

    @Test
    void aGatewayReadsAllButThePlaceAndTheKey() {
        store.remember(lease, session, "m1", TestReceived.reference());

        Map<String, String> stored = redis.<String, String>opsForHash().entries(keys.receivedFiles(session));

        assertThat(stored).containsOnlyKeys("m1", "m1:key");
        assertThat(ReceivedFile.ofStored(Objects.requireNonNull(stored.get("m1"))))
                .isEqualTo(new ReceivedFile("image/jpeg", "holiday.jpg", 1_234, "02".repeat(32), now.toEpochMilli()));
        assertThat(stored.values()).noneMatch(value -> value.contains("t62"));
    }

    @Test
    void aSealedPlaceIsForItsSessionAndItsFileOnly() {
        store.remember(lease, session, "m1", TestReceived.reference());
        Map<String, String> stored = redis.<String, String>opsForHash().entries(keys.receivedFiles(session));
        String sealed = Objects.requireNonNull(stored.get("m1:key"));
        store.remember(lease, session, "m2", TestReceived.reference());
        redis.opsForHash().put(keys.receivedFiles(session), "m2:key", sealed);
        UUID other = newSession();
        redis.opsForHash().putAll(keys.receivedFiles(other), stored);

        assertThatThrownBy(() -> store.find(session, "m2")).isInstanceOf(UnreadableCredentialsException.class);
        assertThatThrownBy(() -> store.find(other, "m1")).isInstanceOf(UnreadableCredentialsException.class);
    }

    @Test
    void forgetsWhatIsTooOld() {
        store.remember(lease, session, "old", TestReceived.reference());
        now = now.plus(KEPT).plusSeconds(1);
        assertThat(store.find(session, "old")).isNull();

        store.remember(lease, session, "new", TestReceived.reference());

        assertThat(redis.opsForHash().keys(keys.receivedFiles(session))).containsExactlyInAnyOrder("new", "new:key");
        assertThat(redis.opsForZSet().range(keys.receivedFilesByTime(session), 0, -1))
                .containsExactly("new");
    }

    @Test
    void keepsWhatItsEventMayStillName() {
        store.remember(lease, session, "m1", TestReceived.reference());
        now = now.plus(RETENTION).plus(Duration.ofHours(23));

        store.remember(lease, session, "m2", TestReceived.reference());

        assertThat(store.find(session, "m1")).isNotNull();
    }

    @Test
    void cutsWhatASenderMadeTooLong() {
        String address = "/" + "x".repeat(5_000);
        store.remember(
                lease,
                session,
                "m1",
                TestReceived.reference(TestReceived.image(
                        "a".repeat(300), "\uD83D\uDC26".repeat(300), address, "https://mmg.whatsapp.net/a")));

        IncomingContent.Media found = found("m1").media();
        assertThat(found.mimeType()).hasSize(255);
        assertThat(found.fileName()).isEqualTo("\uD83D\uDC26".repeat(255));
        assertThat(found.directPath()).isNull();
        assertThat(found.url()).isEqualTo("https://mmg.whatsapp.net/a");
    }

    @Test
    void remembersNothingForASessionThatIsGone() {
        UUID gone = UUID.randomUUID();
        ShardLease itsLease = ownership.take(keys.shardMap().shardOf(gone), () -> {});

        assertThat(store.remember(itsLease, gone, "m1", TestReceived.reference()))
                .isFalse();

        assertThat(redis.hasKey(keys.receivedFiles(gone))).isFalse();
    }

    @Test
    void isRefusedUnderAnOlderLease() {
        ownership.take(lease.shard(), () -> {});

        assertThatThrownBy(() -> store.remember(lease, session, "m1", TestReceived.reference()))
                .isInstanceOf(FencedException.class);

        assertThat(redis.hasKey(keys.receivedFiles(session))).isFalse();
    }

    @Test
    void goesWithItsSession() {
        store.remember(lease, session, "m1", TestReceived.reference());

        new RedisSessionStore(redis, fenced, keys, InstantSource.system(), Duration.ofSeconds(2))
                .delete(lease, session);

        assertThat(redis.hasKey(keys.receivedFiles(session))).isFalse();
        assertThat(redis.hasKey(keys.receivedFilesByTime(session))).isFalse();
    }

    private ReceivedReference found(String mediaId) {
        return Objects.requireNonNull(store.find(session, mediaId));
    }

    private RedisReceivedMediaStore store() {
        return new RedisReceivedMediaStore(
                redis, fenced, keys, TestSettings.with().credentials(), () -> now, RETENTION);
    }

    private UUID newSession() {
        UUID id = UUID.randomUUID();
        redis.opsForHash().put(keys.session(id), SessionRecord.TENANT, "tenant");
        return id;
    }
}
