package dev.merpati.worker.cobalt;

import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.cobalt.send.NewChatQueries;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach WhatsApp, and how patient to be.
 *
 * @param clientVersion the WhatsApp Web version to appear as at first. WhatsApp refuses one that is too old ({@link
 *     dev.merpati.worker.whatsapp.CloseReason#CLIENT_OUTDATED})
 * @param proxy an HTTP proxy to CONNECT through, {@code http://host:port} without credentials; null to connect directly
 * @param caCertificate a PEM file with the certificate authorities to trust in place of the platform's; null for the
 *     platform's
 * @param newChatQueries under which ids WhatsApp is asked about new chats
 * @param preKeys with which others begin conversations
 */
public record CobaltSettings(
        ClientVersion clientVersion,
        @Nullable URI proxy,
        @Nullable Path caCertificate,
        Timing timing,
        Uploads uploads,
        NewChatQueries newChatQueries,
        PreKeys preKeys) {

    public CobaltSettings {
        if (proxy != null && (!"http".equals(proxy.getScheme()) || proxy.getHost() == null || proxy.getPort() == -1)) {
            throw new IllegalArgumentException("proxy is \"" + proxy + "\", expected http://host:port");
        }
        if (proxy != null && proxy.getUserInfo() != null) {
            throw new IllegalArgumentException("proxy has credentials, which are not supported");
        }
    }

    public CobaltSettings(
            ClientVersion clientVersion,
            @Nullable URI proxy,
            @Nullable Path caCertificate,
            Timing timing,
            Uploads uploads) {
        this(clientVersion, proxy, caCertificate, timing, uploads, NewChatQueries.DEFAULT, PreKeys.DEFAULT);
    }

    /**
     * How long the upload of a file may take, its response included.
     *
     * @param start for every file, whatever its size
     * @param bytesPerSecond what the line carries at least; more than zero
     */
    public record Uploads(Duration start, long bytesPerSecond) {
        /** A file of 50 MB fits through a line of 1 Mbit/s. */
        public static final Uploads DEFAULT = new Uploads(Duration.ofSeconds(30), 125 * 1024);

        public Duration atMost(long bytes) {
            return start.plusSeconds(bytes / bytesPerSecond);
        }
    }

    /**
     * The keys with which others begin conversations.
     *
     * @param batch how many one-time keys are uploaded at once; more than 10
     * @param rotation after which the signed key is replaced
     */
    public record PreKeys(int batch, Duration rotation) {
        /** As WhatsApp Web ({@code UPLOAD_KEYS_COUNT}, {@code RotateKeyJob}). */
        public static final PreKeys DEFAULT = new PreKeys(812, Duration.ofDays(27));
    }

    /**
     * How long things may take; each is more than zero.
     *
     * @param connect for TCP, TLS and the WebSocket upgrade together
     * @param login from the first byte until WhatsApp has logged the session in, or has sent the QR codes
     * @param keepAlive how long the line may be silent before the server is pinged
     * @param answer how long a ping or another small query may go unanswered before the connection counts as dead;
     *     {@code keepAlive + answer} is the time within which a half-open connection is noticed
     * @param firstQrCode how long the first QR code can be scanned
     * @param nextQrCode how long each later one can be scanned
     * @param saveRetry after which keys that could not be stored are tried again
     */
    public record Timing(
            Duration connect,
            Duration login,
            Duration keepAlive,
            Duration answer,
            Duration firstQrCode,
            Duration nextQrCode,
            Duration saveRetry) {

        /** The times of WhatsApp Web, and a half-open connection noticed within 30 s. */
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Duration.ofSeconds(1));
    }
}
