package dev.merpati.worker.fleet;

import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.model.whatsapp.ClientVersionRecord;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.StanzaLogs;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Carries what all workers share from and to Redis: the client version, and whose stanzas are logged. Calls block, and do
 * nothing while Redis is away: the next one makes up for it.
 */
public final class FleetSync {
    private static final Logger log = LoggerFactory.getLogger(FleetSync.class);
    /** WhatsApp releases about weekly; one of all workers asks. */
    private static final Duration BETWEEN_LOOKUPS = Duration.ofHours(6);

    /** Perhaps another worker reaches the page. */
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);

    private final StringRedisTemplate redis;
    private final WhatsAppConnector connector;
    private final ClientVersions versions;
    private final StanzaLogs stanzaLogs;

    public FleetSync(
            StringRedisTemplate redis, WhatsAppConnector connector, ClientVersions versions, StanzaLogs stanzaLogs) {
        this.redis = redis;
        this.connector = connector;
        this.versions = versions;
        this.stanzaLogs = stanzaLogs;
    }

    /** Takes what others have written, and writes what WhatsApp has announced to this worker. */
    public void exchange() {
        try {
            ClientVersionRecord shared = ClientVersionRecord.fromHash(hash(RedisKeys.clientVersion()));
            raise(shared.wanted());
            raise(shared.learned());
            versions.expiry().ifPresent(expiry -> announce(shared, expiry));
            stanzaLogs.wanted(ends());
        } catch (DataAccessException | IllegalStateException e) {
            // The latter when the worker stops, which closes its connections to Redis before this.
            log.debug("Nothing is shared now: {}", e.toString());
        }
    }

    /** Asks WhatsApp for its newest version, unless a worker did so lately, and shares it. */
    public void lookUp() {
        try {
            if (!Boolean.TRUE.equals(
                    redis.opsForValue().setIfAbsent(RedisKeys.clientVersionLookup(), "", BETWEEN_LOOKUPS))) {
                return;
            }
            ClientVersion newest = connector.newestVersion().orElse(null);
            if (newest == null) {
                redis.expire(RedisKeys.clientVersionLookup(), AFTER_FAILURE);
                return;
            }
            versions.raise(newest);
            ClientVersion known = ClientVersionRecord.fromHash(hash(RedisKeys.clientVersion()))
                    .learned();
            if (known == null || newest.isNewerThan(known)) {
                redis.opsForHash().put(RedisKeys.clientVersion(), ClientVersionRecord.LEARNED, newest.toString());
            }
        } catch (DataAccessException | IllegalStateException e) {
            // The latter as above.
            log.debug("The newest version is not shared: {}", e.toString());
        }
    }

    private void raise(@Nullable ClientVersion version) {
        if (version != null) {
            versions.raise(version);
        }
    }

    private void announce(ClientVersionRecord shared, ClientVersions.Expiry expiry) {
        boolean known =
                expiry.version().equals(shared.expiring()) && expiry.at().equals(shared.expiresAt());
        // Each login of each session is told; an older version's announcement must not hide the newer one's.
        if (!known && (shared.expiring() == null || !shared.expiring().isNewerThan(expiry.version()))) {
            redis.opsForHash()
                    .putAll(
                            RedisKeys.clientVersion(),
                            Map.of(
                                    ClientVersionRecord.EXPIRING,
                                    expiry.version().toString(),
                                    ClientVersionRecord.EXPIRES_AT,
                                    Long.toString(expiry.at().getEpochSecond())));
        }
    }

    private Map<UUID, Instant> ends() {
        Map<UUID, Instant> ends = new HashMap<>();
        hash(RedisKeys.stanzaLogs()).forEach((session, end) -> {
            try {
                ends.put(UUID.fromString(session), Instant.ofEpochMilli(Long.parseLong(end)));
            } catch (IllegalArgumentException e) {
                log.debug("{} is no session, or {} no time", session, end);
            }
        });
        return ends;
    }

    private Map<String, String> hash(String key) {
        return redis.<String, String>opsForHash().entries(key);
    }
}
