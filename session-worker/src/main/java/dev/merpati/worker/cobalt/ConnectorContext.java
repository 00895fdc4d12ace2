package dev.merpati.worker.cobalt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.cobalt.media.MediaHttpClient;
import dev.merpati.worker.cobalt.send.MessageContent;
import dev.merpati.worker.cobalt.stream.ClientExpiry;
import dev.merpati.worker.cobalt.transport.Transport;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.StanzaLogs;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all connections of a connector share.
 *
 * @param timer for short tasks only: it has one thread
 * @param uploaded messages whose files are on WhatsApp's media server, so that another try of one, on whichever
 *     connection, does not upload its file again
 */
public record ConnectorContext(
        CobaltSettings settings,
        Transport transport,
        MediaHttpClient media,
        ScheduledExecutorService timer,
        ClientVersions clientVersions,
        ClientExpiry clientExpiry,
        StanzaLogs stanzaLogs,
        Cache<UploadKey, MessageContent> uploaded) {
    private static final int UPLOADS = 1_000;
    private static final Duration UPLOAD_TTL = Duration.ofHours(1);

    ConnectorContext(
            CobaltSettings settings,
            Transport transport,
            MediaHttpClient media,
            ScheduledExecutorService timer,
            ClientVersions clientVersions,
            StanzaLogs stanzaLogs) {
        this(
                settings,
                transport,
                media,
                timer,
                clientVersions,
                new ClientExpiry(clientVersions),
                stanzaLogs,
                Caffeine.newBuilder()
                        .maximumSize(UPLOADS)
                        .expireAfterWrite(UPLOAD_TTL)
                        .build());
    }

    /** Returns the version to connect as now. */
    public ClientVersion clientVersion() {
        return clientVersions.current();
    }

    /** One message of one session. */
    public record UploadKey(UUID sessionId, String messageId) {}

    public CobaltSettings.Timing timing() {
        return settings.timing();
    }
}
