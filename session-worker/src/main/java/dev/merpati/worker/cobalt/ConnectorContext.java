package dev.merpati.worker.cobalt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merpati.worker.cobalt.media.MediaHttpClient;
import dev.merpati.worker.cobalt.send.MessageContent;
import dev.merpati.worker.cobalt.stream.ClientExpiry;
import dev.merpati.worker.cobalt.transport.Transport;
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
        ClientExpiry clientExpiry,
        Cache<UploadKey, MessageContent> uploaded) {
    private static final int UPLOADS = 1_000;
    private static final Duration UPLOAD_TTL = Duration.ofHours(1);

    ConnectorContext(
            CobaltSettings settings, Transport transport, MediaHttpClient media, ScheduledExecutorService timer) {
        this(
                settings,
                transport,
                media,
                timer,
                new ClientExpiry(),
                Caffeine.newBuilder()
                        .maximumSize(UPLOADS)
                        .expireAfterWrite(UPLOAD_TTL)
                        .build());
    }

    /** One message of one session. */
    public record UploadKey(UUID sessionId, String messageId) {}

    public CobaltSettings.Timing timing() {
        return settings.timing();
    }
}
