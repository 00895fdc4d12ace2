package dev.merpati.worker.whatsapp;

import dev.merpati.model.number.NumberStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * WhatsApp in memory. By itself it shows a QR code to who has no credentials, logs in who has, acknowledges every message
 * and knows every number; a test changes what it wants otherwise.
 */
public final class FakeWhatsApp implements WhatsAppConnector {
    public static final String PHONE = "390000000001";

    private final List<FakeConnection> connections = new CopyOnWriteArrayList<>();
    private final List<OutgoingMessage> messages = new CopyOnWriteArrayList<>();
    private final Map<String, NumberStatus> numbers = new ConcurrentHashMap<>();
    private final Map<String, String> aliases = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<ReuploadResult>> reuploads = new ConcurrentHashMap<>();
    private final Set<String> requested = ConcurrentHashMap.newKeySet();
    private final Set<UUID> paired = ConcurrentHashMap.newKeySet();
    private volatile Consumer<FakeConnection> whenOpened = connection -> {
        if (connection.request().credentials() == null) {
            connection.showQr("qr-" + connection.sessionId());
        } else {
            connection.online(PHONE);
        }
    };
    private volatile BiFunction<FakeConnection, OutgoingMessage, SendResult> whenSent =
            (_, _) -> new SendResult.Acknowledged(null, null);

    private volatile Function<FakeConnection, PairingCodeResult> whenCodeRequested =
            connection -> new PairingCodeResult.Code("ABCD-EFGH", Instant.EPOCH);

    private volatile PasskeyResult passkeyResult = new PasskeyResult.Accepted();
    private volatile Runnable whenPreparing = () -> {};
    private volatile Runnable whenChecked = () -> {};
    private final AtomicInteger checks = new AtomicInteger();

    @Override
    public WhatsAppConnection open(ConnectionRequest request, ConnectionListener listener) {
        FakeConnection connection = new FakeConnection(this, request, listener);
        connections.add(connection);
        whenOpened.accept(connection);
        return connection;
    }

    /** What a connection tells as soon as it is opened. */
    public void whenOpened(Consumer<FakeConnection> behaviour) {
        whenOpened = behaviour;
    }

    /** How messages are answered. */
    public void whenSent(BiFunction<FakeConnection, OutgoingMessage, SendResult> behaviour) {
        whenSent = behaviour;
    }

    public void number(String phoneNumber, NumberStatus status) {
        numbers.put(phoneNumber, status);
    }

    /** Scans the code that the session's latest connection shows. */
    public void scan(UUID sessionId) {
        paired.add(sessionId);
        latest(sessionId).scan(PHONE);
    }

    boolean isPaired(UUID sessionId) {
        return paired.contains(sessionId);
    }

    public List<FakeConnection> connections(UUID sessionId) {
        return connections.stream()
                .filter(connection -> connection.sessionId().equals(sessionId))
                .toList();
    }

    public FakeConnection latest(UUID sessionId) {
        return connections(sessionId).getLast();
    }

    public List<FakeConnection> open() {
        return connections.stream().filter(FakeConnection::isOpen).toList();
    }

    /** How requests for pairing codes are answered. */
    public void whenCodeRequested(Function<FakeConnection, PairingCodeResult> behaviour) {
        whenCodeRequested = behaviour;
    }

    /** How signatures by passkeys are answered. */
    public void passkeyResult(PasskeyResult result) {
        passkeyResult = result;
    }

    /** How the phone answers when it is asked for a file by a message's id; it does not by itself. */
    public CompletableFuture<ReuploadResult> reuploadOf(String messageId) {
        return reuploads.computeIfAbsent(messageId, _ -> new CompletableFuture<>());
    }

    /** The ids of the messages whose files the phone was asked for. */
    public Set<String> reuploadsRequested() {
        return requested;
    }

    CompletableFuture<ReuploadResult> reupload(ReceivedReference file) {
        requested.add(file.messageId());
        return reuploadOf(file.messageId());
    }

    PairingCodeResult pairingCode(FakeConnection connection) {
        return whenCodeRequested.apply(connection);
    }

    PasskeyResult passkey(String assertion) {
        return passkeyResult;
    }

    /** Every message in the order in which the connections sent them, again those that were sent again. */
    public List<OutgoingMessage> messages() {
        return List.copyOf(messages);
    }

    /** The ids of the messages, in order. */
    public List<String> messageIds() {
        return messages.stream().map(OutgoingMessage::messageId).toList();
    }

    SendResult send(FakeConnection connection, OutgoingMessage message) {
        messages.add(message);
        return whenSent.apply(connection, message);
    }

    /** What happens between the order to send a message and the moment in which it leaves. */
    public void whenPreparing(Runnable behaviour) {
        whenPreparing = behaviour;
    }

    void preparing() {
        whenPreparing.run();
    }

    /** What happens while numbers are being checked. */
    public void whenChecked(Runnable behaviour) {
        whenChecked = behaviour;
    }

    /** How often numbers were asked for. */
    public int checks() {
        return checks.get();
    }

    void checking() {
        checks.incrementAndGet();
        whenChecked.run();
    }

    /** The address that WhatsApp names for a number. */
    public void alias(String phoneNumber, String whatsappNumber) {
        aliases.put(phoneNumber, whatsappNumber);
    }

    NumberCheck check(String phoneNumber) {
        NumberStatus status = numbers.getOrDefault(phoneNumber, NumberStatus.VALID);
        return new NumberCheck(status, aliases.get(phoneNumber));
    }

    @Override
    public void close() {}
}
