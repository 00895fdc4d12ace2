package dev.merpati.worker.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.model.whatsapp.ClientVersionRecord;
import dev.merpati.worker.Services;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.StanzaLogs;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

class FleetSyncIT {
    private static final ClientVersion SETTING = new ClientVersion(2, 3000, 5);

    private final LettuceConnectionFactory connections = new LettuceConnectionFactory(
            Services.redis().host(), Services.redis().port());
    private final StringRedisTemplate redis = new StringRedisTemplate();
    private final ClientVersions versions = new ClientVersions(SETTING);
    private final StanzaLogs stanzaLogs = new StanzaLogs(InstantSource.system());
    private final Page page = new Page();
    private final FleetSync sync = new FleetSync(redis, page, versions, stanzaLogs);

    /** What WhatsApp's page says; null when it cannot be reached. */
    private static final class Page implements WhatsAppConnector {
        @Nullable
        ClientVersion newest;

        int reads;

        @Override
        public Optional<ClientVersion> newestVersion() {
            reads++;
            return Optional.ofNullable(newest);
        }

        @Override
        public WhatsAppConnection open(ConnectionRequest request, ConnectionListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void connect() {
        connections.afterPropertiesSet();
        connections.start();
        redis.setConnectionFactory(connections);
        redis.afterPropertiesSet();
        forget();
    }

    @AfterEach
    void disconnect() {
        forget();
        connections.destroy();
    }

    private void forget() {
        redis.delete(List.of(RedisKeys.clientVersion(), RedisKeys.clientVersionLookup(), RedisKeys.stanzaLogs()));
    }

    @Test
    void takesTheNewestOfSettingOperatorAndPage() {
        put(ClientVersionRecord.WANTED, "2.3000.4");
        sync.exchange();
        assertThat(versions.current()).isEqualTo(SETTING);

        put(ClientVersionRecord.LEARNED, "2.3000.6");
        put(ClientVersionRecord.WANTED, "2.3000.9");
        sync.exchange();
        assertThat(versions.current()).hasToString("2.3000.9");

        put(ClientVersionRecord.WANTED, "not a version");
        sync.exchange();
        assertThat(versions.current()).hasToString("2.3000.9");
    }

    @Test
    void oneOfAllWorkersReadsThePageAndSharesTheVersion() {
        page.newest = new ClientVersion(2, 3000, 8);

        sync.lookUp();
        sync.lookUp();

        assertThat(page.reads).isEqualTo(1);
        assertThat(versions.current()).hasToString("2.3000.8");
        assertThat(get(ClientVersionRecord.LEARNED)).isEqualTo("2.3000.8");
    }

    @Test
    void aPageThatNamesAnOlderVersionLowersNothing() {
        put(ClientVersionRecord.LEARNED, "2.3000.7");
        page.newest = new ClientVersion(2, 3000, 2);

        sync.lookUp();
        sync.exchange();

        assertThat(versions.current()).hasToString("2.3000.7");
        assertThat(get(ClientVersionRecord.LEARNED)).isEqualTo("2.3000.7");
    }

    @Test
    void aPageThatCannotBeReachedChangesNothing() {
        sync.lookUp();

        assertThat(versions.current()).isEqualTo(SETTING);
        assertThat(get(ClientVersionRecord.LEARNED)).isNull();
        assertThat(redis.getExpire(RedisKeys.clientVersionLookup())).isBetween(1L, 600L);
    }

    @Test
    void tellsTheOperatorWhatWhatsAppHasAnnounced() {
        Instant at = Instant.ofEpochSecond(1_796_083_200);
        versions.expires(SETTING, at);

        sync.exchange();

        ClientVersionRecord record =
                ClientVersionRecord.fromHash(redis.<String, String>opsForHash().entries(RedisKeys.clientVersion()));
        assertThat(record.expiring()).isEqualTo(SETTING);
        assertThat(record.expiresAt()).isEqualTo(at);
    }

    @Test
    void stanzasAreLoggedAsLongAsTheOperatorWants() {
        UUID session = UUID.randomUUID();
        UUID over = UUID.randomUUID();
        long now = System.currentTimeMillis();
        redis.opsForHash()
                .putAll(
                        RedisKeys.stanzaLogs(),
                        Map.of(
                                session.toString(),
                                Long.toString(now + Duration.ofHours(1).toMillis()),
                                over.toString(),
                                Long.toString(now - 1),
                                "nonsense",
                                "nonsense"));

        sync.exchange();
        assertThat(stanzaLogs.isOn(session)).isTrue();
        assertThat(stanzaLogs.isOn(over)).isFalse();

        redis.delete(RedisKeys.stanzaLogs());
        sync.exchange();
        assertThat(stanzaLogs.isOn(session)).isFalse();
    }

    private void put(String field, String value) {
        redis.opsForHash().put(RedisKeys.clientVersion(), field, value);
    }

    private @Nullable Object get(String field) {
        return redis.opsForHash().get(RedisKeys.clientVersion(), field);
    }
}
