package dev.merpati.benchmark.bare;

import dev.merpati.cluster.SimulatorClient;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** The worker's Cobalt, with its changed call sites, behind the interface through which the worker uses it. */
final class AdapterSessions implements BareSessions {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ClientVersion VERSION = new ClientVersion(2, 3000, 1_045_649_367);

    private final SimulatorClient simulator;
    private final CobaltConnector connector;
    private final List<Session> sessions = new CopyOnWriteArrayList<>();

    AdapterSessions(BareOptions options, SimulatorClient simulator) {
        this.simulator = simulator;
        connector = new CobaltConnector(new CobaltSettings(
                VERSION,
                URI.create(options.proxy()),
                Path.of(options.authority()),
                CobaltSettings.Timing.DEFAULT,
                CobaltSettings.Uploads.DEFAULT));
    }

    @Override
    public void pair(String number) throws Exception {
        simulator.addPhone(number);
        var listener = new PairingListener();
        var connection = connector.open(
                new ConnectionRequest(UUID.randomUUID(), null, "Benchmark", new InMemoryRecords()), listener);
        BareSessions.scan(simulator, number, listener.qrCode().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        listener.connected().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        sessions.add(new Session(connection, new ReentrantLock()));
    }

    @Override
    public void send(int session, String to, String text) {
        var result = sessions.get(session).send(new OutgoingMessage.Text(newMessageId(), to, text));
        if (!(result instanceof SendResult.Acknowledged)) {
            throw new IllegalStateException("found " + result + ", expected an acknowledgement");
        }
    }

    @Override
    public void close() {
        sessions.forEach(session -> session.connection().abort());
        connector.close();
    }

    /** As the gateway makes them. */
    private static String newMessageId() {
        var digits = UUID.randomUUID().toString().replace("-", "");
        return "3EB0" + digits.substring(0, 18).toUpperCase(Locale.ROOT);
    }

    /** A connection takes one call at a time. */
    private record Session(WhatsAppConnection connection, ReentrantLock turn) {
        SendResult send(OutgoingMessage message) {
            turn.lock();
            try {
                return connection.send(message, () -> true, TIMEOUT);
            } finally {
                turn.unlock();
            }
        }
    }
}
