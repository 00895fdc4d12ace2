package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import dev.merpati.worker.whatsapp.SessionRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what it is told, and holds the connection to the listener's contract: virtual threads, one call at a time. */
public class RecordingListener implements ConnectionListener {
    static final Duration PATIENCE = Duration.ofMinutes(1);

    public record QrCode(String text, Instant expiresAt) {}

    public record Told(String messageId, Receipt receipt) {}

    public final List<QrCode> qrCodes = new CopyOnWriteArrayList<>();
    public final List<PasskeyChallenge> passkeys = new CopyOnWriteArrayList<>();
    public final List<String> connected = new CopyOnWriteArrayList<>();
    public final List<Credentials> saved = new CopyOnWriteArrayList<>();
    public final List<Told> receipts = new CopyOnWriteArrayList<>();
    public final List<IncomingReceipt> receiptsTaken = new CopyOnWriteArrayList<>();
    /** May block or throw before a receipt is taken. */
    public volatile Consumer<IncomingReceipt> receiptGate = _ -> {};

    /** Messages that were taken. */
    public final List<IncomingMessage> messages = new CopyOnWriteArrayList<>();
    /** Messages that came, each time that they did. */
    public final List<IncomingMessage> offered = new CopyOnWriteArrayList<>();
    /** May block or throw before a message is taken. */
    public volatile Consumer<IncomingMessage> messageGate = _ -> {};

    public final List<CloseReason> closed = new CopyOnWriteArrayList<>();
    public final List<String> breaches = new CopyOnWriteArrayList<>();
    /** Until when no new chats may be begun, each time that it was told. */
    public final List<Optional<Instant>> restrictions = new CopyOnWriteArrayList<>();

    public final List<Instant> temporaryBans = new CopyOnWriteArrayList<>();
    /** What is stored beside the credentials. */
    public final SessionRecords records;

    public final AtomicInteger refusedSaves = new AtomicInteger();
    private final AtomicInteger callsUnderWay = new AtomicInteger();

    public RecordingListener() {
        this(new InMemoryRecords());
    }

    RecordingListener(SessionRecords records) {
        this.records = records;
    }

    @Override
    public void qrCode(String text, Instant expiresAt) {
        during(() -> qrCodes.add(new QrCode(text, expiresAt)));
    }

    @Override
    public void passkeyRequired(PasskeyChallenge challenge) {
        during(() -> passkeys.add(challenge));
    }

    @Override
    public void connected(String phoneNumber) {
        during(() -> connected.add(phoneNumber));
    }

    @Override
    public void saveCredentials(Credentials credentials, Map<String, byte @Nullable []> changes) {
        if (refusedSaves.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new IllegalStateException("the store is away");
        }
        during(() -> {
            records.save(changes);
            saved.add(credentials);
        });
    }

    @Override
    public void receipt(IncomingReceipt receipt) {
        if (!Thread.currentThread().isVirtual()) {
            breaches.add("called on a platform thread");
        }
        receiptGate.accept(receipt);
        receipt.messageIds()
                .forEach(id -> receipts.add(new Told(id, receipt.kind().receipt())));
        receiptsTaken.add(receipt);
    }

    @Override
    public void restricted(Optional<Instant> until) {
        during(() -> restrictions.add(until));
    }

    @Override
    public void temporarilyBanned(Instant until) {
        during(() -> temporaryBans.add(until));
    }

    @Override
    public void message(IncomingMessage message) {
        if (!Thread.currentThread().isVirtual()) {
            breaches.add("called on a platform thread");
        }
        offered.add(message);
        messageGate.accept(message);
        messages.add(message);
    }

    /** Waits until a message with this id was taken. */
    public IncomingMessage awaitMessage(String id) {
        await().atMost(PATIENCE)
                .until(() -> messages.stream().anyMatch(message -> message.id().equals(id)));
        return messages.stream()
                .filter(message -> message.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void closed(CloseReason reason) {
        during(() -> closed.add(reason));
    }

    private void during(Runnable call) {
        if (!Thread.currentThread().isVirtual()) {
            breaches.add("called on a platform thread");
        }
        if (callsUnderWay.getAndIncrement() != 0) {
            breaches.add("called twice at a time");
        }
        if (!closed.isEmpty()) {
            breaches.add("called after closed");
        }
        call.run();
        callsUnderWay.decrementAndGet();
    }

    public RecordingListener awaitConnected() {
        await().atMost(PATIENCE).until(() -> !connected.isEmpty() || !closed.isEmpty());
        assertThat(closed).isEmpty();
        return this;
    }

    public QrCode awaitQrCode() {
        await().atMost(PATIENCE).until(() -> !qrCodes.isEmpty() || !closed.isEmpty());
        assertThat(closed).isEmpty();
        return qrCodes.getLast();
    }

    public PasskeyChallenge awaitPasskey() {
        await().atMost(PATIENCE).until(() -> !passkeys.isEmpty() || !closed.isEmpty());
        assertThat(closed).isEmpty();
        return passkeys.getLast();
    }

    public CloseReason awaitClosed() {
        await().atMost(PATIENCE).until(() -> !closed.isEmpty());
        assertThat(closed).hasSize(1);
        return closed.getFirst();
    }

    public void awaitReceipt(String messageId, Receipt receipt) {
        await().atMost(PATIENCE).until(() -> receipts.contains(new Told(messageId, receipt)));
    }

    /** Waits until everything that has changed so far is saved; returns how often that was. */
    public int awaitQuiet() {
        AtomicInteger last = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(400))
                .atMost(PATIENCE)
                .until(() -> last.getAndSet(saved.size()) == saved.size());
        return saved.size();
    }

    /** The record of the Signal sessions with a user, by the hidden id when that is known. */
    public byte[] signalSessions(String number) {
        byte[] lid = records.load(List.of("lid:" + number)).get("lid:" + number);
        String user = lid == null ? number : new String(lid, StandardCharsets.UTF_8) + "_1";
        return records.load(List.of("signal:" + user)).values().iterator().next();
    }

    public Credentials credentials() {
        return saved.getLast();
    }
}
