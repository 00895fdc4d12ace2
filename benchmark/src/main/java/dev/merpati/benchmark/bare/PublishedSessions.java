package dev.merpati.benchmark.bare;

import dev.merpati.cluster.SimulatorClient;
import it.auties.whatsapp.api.Whatsapp;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.message.model.MessageContainer;
import it.auties.whatsapp.model.message.model.MessageStatus;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Cobalt as it is on Maven Central, through its own API. */
final class PublishedSessions implements BareSessions {
    private static final long TIMEOUT_SECONDS = 30;

    /** What WhatsApp demands today and a client of May 2025 does not do: without these it could not even log in. */
    private static final List<String> RULES_OF_TODAY = List.of(
            "client-version",
            "linking-version",
            "client-payload",
            "qr-address",
            "lid-addressing",
            "lid-device-query",
            "hidden-senders",
            "bare-resend",
            "current-device-list",
            "current-identity",
            "offline-batch",
            "history-sync");

    private final BareOptions options;
    private final SimulatorClient simulator;
    private final List<Session> sessions = new CopyOnWriteArrayList<>();

    PublishedSessions(BareOptions options, SimulatorClient simulator) {
        this.options = options;
        this.simulator = simulator;
        RULES_OF_TODAY.forEach(rule -> simulator.enforce(rule, false));
    }

    @Override
    public void pair(String number) throws Exception {
        simulator.addPhone(number);
        var device = new PublishedDevice(URI.create(options.proxy()));
        var connected = device.connect();
        BareSessions.scan(simulator, number, device.qrCode().get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        sessions.add(new Session(connected.get(TIMEOUT_SECONDS, TimeUnit.SECONDS), new ReentrantLock()));
    }

    @Override
    public void send(int session, String to, String text) throws Exception {
        sessions.get(session).send(Jid.of(to), MessageContainer.of(text));
    }

    @Override
    public void close() {
        // The process ends, and the connections with it: a proper end takes longer than the measurement.
        RULES_OF_TODAY.forEach(rule -> simulator.enforce(rule, true));
    }

    /** Messages that a session encrypts at the same time are undecryptable at the recipient. */
    private record Session(Whatsapp whatsapp, ReentrantLock turn) {
        void send(Jid to, MessageContainer message) throws Exception {
            turn.lock();
            try {
                var sent = whatsapp.sendChatMessage(to, message, false).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                if (sent.status() == MessageStatus.ERROR) {
                    throw new IllegalStateException("Cobalt ended a message with " + sent.status());
                }
            } finally {
                turn.unlock();
            }
        }
    }
}
