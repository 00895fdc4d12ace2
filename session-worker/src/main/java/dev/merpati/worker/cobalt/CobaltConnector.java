package dev.merpati.worker.cobalt;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.keys.CobaltCredentials;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.media.MediaHttpClient;
import dev.merpati.worker.cobalt.transport.Transport;
import dev.merpati.worker.cobalt.transport.TrustedAuthorities;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import it.auties.whatsapp.controller.SignalSessions;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.TrustManagerFactory;

/**
 * Connects to WhatsApp by means of Cobalt. All connections share a handful of threads; nothing is written to disk, no
 * JVM-wide setting is touched, and nothing but WhatsApp is asked anything.
 */
public final class CobaltConnector implements WhatsAppConnector, MeterBinder {
    private final ConnectorContext context;

    /** @throws IllegalArgumentException if the certificate file of the settings cannot be read */
    public CobaltConnector(CobaltSettings settings) {
        TrustManagerFactory authorities = TrustedAuthorities.of(settings.caCertificate());
        Duration connect = settings.timing().connect();
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("whatsapp-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        context = new ConnectorContext(
                settings,
                new Transport(authorities, settings.proxy(), connect),
                new MediaHttpClient(authorities, settings.proxy(), connect),
                timer);
    }

    @Override
    public WhatsAppConnection open(ConnectionRequest request, ConnectionListener listener) {
        Credentials credentials = request.credentials();
        Device device = credentials == null
                ? Device.unlinked(request.sessionId(), request.deviceName())
                : CobaltCredentials.decode(request.sessionId(), request.deviceName(), credentials);
        if (credentials != null && !credentials.settled()) {
            // The stored ratchets can be behind those of the recipients, who could then not decrypt what goes on them.
            SignalSessions.removeAll(device.keys());
        }
        CobaltConnection connection = new CobaltConnection(context, device, new Account(request.records()), listener);
        connection.start();
        return connection;
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
