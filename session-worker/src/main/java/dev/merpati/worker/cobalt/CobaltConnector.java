package dev.merpati.worker.cobalt;

import dev.merpati.worker.cobalt.transport.Transport;
import dev.merpati.worker.cobalt.transport.TrustedAuthorities;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import it.auties.whatsapp.controller.SignalSessions;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Connects to WhatsApp by means of Cobalt. All connections share a handful of threads; nothing is written to disk, no
 * JVM-wide setting is touched, and nothing but WhatsApp is asked anything.
 */
public final class CobaltConnector implements WhatsAppConnector {
    private final ConnectorContext context;

    /** @throws IllegalArgumentException if the certificate file of the settings cannot be read */
    public CobaltConnector(CobaltSettings settings) {
        var authorities = TrustedAuthorities.of(settings.caCertificate());
        var connect = settings.timing().connect();
        var timer = new ScheduledThreadPoolExecutor(
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
        var credentials = request.credentials();
        var device = credentials == null
                ? Device.unlinked(request.sessionId(), request.deviceName())
                : CobaltCredentials.decode(request.sessionId(), request.deviceName(), credentials);
        if (credentials != null && !credentials.settled()) {
            // The stored ratchets can be behind those of the recipients, who could then not decrypt what goes on them.
            SignalSessions.removeAll(device.keys());
        }
        var connection = new CobaltConnection(context, device, listener);
        connection.start();
        return connection;
    }

    @Override
    public void close() {
        context.timer().shutdownNow();
        context.transport().close();
        context.media().close();
    }
}
