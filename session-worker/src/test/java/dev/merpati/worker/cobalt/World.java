package dev.merpati.worker.cobalt;

import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.MediaKind;
import dev.merpati.model.command.MediaReference;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.simulator.Simulator;
import dev.merpati.simulator.SimulatorOptions;
import dev.merpati.worker.cobalt.send.NewChatQueries;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import dev.merpati.worker.whatsapp.SessionRecords;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A simulator, and a connector that reaches it. */
public final class World implements AutoCloseable {
    public static final ClientVersion VERSION = new ClientVersion(2, 3000, 1_045_649_367);
    public static final Duration TIMEOUT = Duration.ofSeconds(15);
    public static final CobaltSettings.Timing TIMING = new CobaltSettings.Timing(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            Duration.ofMillis(100));
    /** Few: they take long to make. */
    public static final CobaltSettings.PreKeys PRE_KEYS = new CobaltSettings.PreKeys(30, Duration.ofDays(27));

    private static final AtomicLong NUMBERS = new AtomicLong(628_110_000_001L);

    public final Simulator simulator;
    public final SimulatorControl control;
    public final CobaltConnector connector;
    private final Path authority;
    private final Map<String, InMemoryRecords> records = new ConcurrentHashMap<>();

    public World() {
        this(options -> options);
    }

    public World(UnaryOperator<SimulatorOptions> options) {
        try {
            simulator =
                    Simulator.start(options.apply(SimulatorOptions.defaults().withControlPort(0)));
            authority = Files.createTempFile("authority", ".pem");
            Files.writeString(authority, simulator.caCertificatePem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        control = new SimulatorControl(simulator.controlPort());
        connector = new CobaltConnector(settings(TIMING));
    }

    public CobaltSettings settings(CobaltSettings.Timing timing) {
        return settings(timing, simulator.proxyPort());
    }

    public CobaltSettings settings(CobaltSettings.Timing timing, int proxyPort) {
        return settings(timing, proxyPort, CobaltSettings.Uploads.DEFAULT);
    }

    public CobaltSettings settings(CobaltSettings.Timing timing, int proxyPort, CobaltSettings.Uploads uploads) {
        return new CobaltSettings(
                VERSION,
                URI.create("http://127.0.0.1:" + proxyPort),
                authority,
                timing,
                uploads,
                NewChatQueries.DEFAULT,
                PRE_KEYS);
    }

    /** A session of its own number. */
    public record Session(
            WhatsAppConnection connection, RecordingListener listener, String number, SessionRecords records)
            implements AutoCloseable {
        public SendResult text(String id, String to, String text) {
            return connection.send(new OutgoingMessage.Text(id, to, text), () -> true, TIMEOUT);
        }

        /** Ends it properly, as {@link #close} does, but before the end of a test. */
        public void end() {
            connection.close(TIMEOUT);
        }

        @Override
        public void close() {
            end();
        }
    }

    /** Waits until the phone has decrypted the message. */
    public JsonNode awaitMessage(String number, String messageId) {
        await().atMost(TIMEOUT).until(() -> find(number, messageId).isPresent());
        return find(number, messageId).orElseThrow();
    }

    private Optional<JsonNode> find(String number, String messageId) {
        return control.messages(number).stream()
                .filter(message -> message.path("id").asString().equals(messageId))
                .findFirst();
    }

    /** A number that no other test uses. */
    public static String newNumber() {
        return Long.toString(NUMBERS.getAndIncrement());
    }

    public static String newMessageId() {
        return "3EB0"
                + UUID.randomUUID().toString().replace("-", "").substring(0, 18).toUpperCase(java.util.Locale.ROOT);
    }

    public Session pair() {
        return pair(connector, newNumber());
    }

    /** A session whose phone tells it nothing: no history, and no salt for tokens. */
    public Session pairWithoutHistory() {
        String number = newNumber();
        control.addPhone(number);
        control.enforce(number, "history-sync", false);
        return pair(connector, number);
    }

    public Session pair(CobaltConnector by, String number) {
        control.addPhone(number);
        Session session = open(by, number, null);
        control.scan(number, session.listener().awaitQrCode().text());
        session.listener().awaitConnected();
        return session;
    }

    public Session resume(String number, Credentials credentials) {
        Session session = open(connector, number, credentials);
        session.listener().awaitConnected();
        return session;
    }

    /** Connects a session again that has ended, with all that it has kept. */
    public Session resume(Session ended) {
        Session session = open(connector, ended.number(), ended.listener().credentials(), ended.records());
        session.listener().awaitConnected();
        return session;
    }

    public Session open(CobaltConnector by, String number, @Nullable Credentials credentials) {
        // What is kept beside the credentials comes back with them.
        InMemoryRecords kept = credentials == null ? new InMemoryRecords() : records.get(number);
        InMemoryRecords used = kept == null ? new InMemoryRecords() : kept;
        records.put(number, used);
        return open(by, number, credentials, used);
    }

    public Session open(CobaltConnector by, String number, @Nullable Credentials credentials, SessionRecords records) {
        RecordingListener listener = new RecordingListener(records);
        WhatsAppConnection connection =
                by.open(new ConnectionRequest(UUID.randomUUID(), credentials, "Merpati", records), listener);
        return new Session(connection, listener, number, records);
    }

    public static OutgoingMessage.Media media(
            String id,
            String to,
            MediaKind kind,
            String mimeType,
            String fileName,
            byte[] content,
            @Nullable String caption) {
        MediaReference reference = new dev.merpati.model.command.MediaReference(
                UUID.randomUUID().toString(), kind, "0".repeat(64), content.length, mimeType, fileName);
        return new OutgoingMessage.Media(id, to, reference, content, caption);
    }

    @Override
    public void close() {
        connector.close();
        control.close();
        simulator.close();
        try {
            Files.deleteIfExists(authority);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
