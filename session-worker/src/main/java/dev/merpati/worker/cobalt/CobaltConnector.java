package dev.merpati.worker.cobalt;

import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.keys.CobaltCredentials;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.media.MediaDownloader;
import dev.merpati.worker.cobalt.media.MediaHttpClient;
import dev.merpati.worker.cobalt.transport.Transport;
import dev.merpati.worker.cobalt.transport.TrustedAuthorities;
import dev.merpati.worker.cobalt.transport.VersionPage;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.MediaReader;
import dev.merpati.worker.whatsapp.MediaUnavailableException;
import dev.merpati.worker.whatsapp.StanzaLogs;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import it.auties.whatsapp.controller.SignalSessions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.TrustManagerFactory;

/**
 * Connects to WhatsApp by means of Cobalt. All connections share a handful of threads; nothing is written to disk, no
 * JVM-wide setting is touched, and nothing but WhatsApp is asked anything.
 */
public final class CobaltConnector implements WhatsAppConnector, MeterBinder {
    private final ConnectorContext context;

    private final ReceivedMediaDownloader received;
    private final VersionPage versionPage;

    /** Connects as the version of the settings, and logs no stanzas. */
    public CobaltConnector(CobaltSettings settings) {
        this(settings, new ClientVersions(settings.clientVersion()), new StanzaLogs(InstantSource.system()));
    }

    /**
     * @param versions what to connect as, beginning with the version of the settings
     * @throws IllegalArgumentException if the certificate file of the settings cannot be read
     */
    public CobaltConnector(CobaltSettings settings, ClientVersions versions, StanzaLogs stanzaLogs) {
        TrustManagerFactory authorities = TrustedAuthorities.of(settings.caCertificate());
        Duration connect = settings.timing().connect();
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("whatsapp-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        context = new ConnectorContext(
                settings,
                new Transport(authorities, settings.proxy(), connect),
                new MediaHttpClient(authorities, settings.proxy(), connect),
                timer,
                versions,
                stanzaLogs);
        received = new ReceivedMediaDownloader(new MediaDownloader(context.media()), settings.uploads());
        versionPage = new VersionPage(authorities, settings.proxy(), connect);
    }

    @Override
    public WhatsAppConnection open(ConnectionRequest request, ConnectionListener listener) {
        Credentials credentials = request.credentials();
        Device device = credentials == null
                ? Device.unlinked(request.sessionId(), request.deviceName())
                : CobaltCredentials.decode(request.sessionId(), request.deviceName(), credentials);
        if (credentials != null && credentials.sessions() == Credentials.Sessions.LOST) {
            // The ratchets can be behind those of the recipients, who could then not decrypt what goes on them.
            SignalSessions.removeAll(device.keys());
        }
        CobaltConnection connection = new CobaltConnection(context, device, new Account(request.records()), listener);
        connection.start();
        return connection;
    }

    @Override
    public void download(IncomingContent.Media media, long maxBytes, MediaReader reader)
            throws MediaUnavailableException {
        received.download(media, maxBytes, reader);
    }

    @Override
    public Optional<ClientVersion> newestVersion() {
        return versionPage.read();
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        context.clientExpiry().bindTo(meters);
    }

    @Override
    public void close() {
        context.timer().shutdownNow();
        context.transport().close();
        context.media().close();
    }
}
