package dev.merpati.worker.whatsapp;

import dev.merpati.model.session.PasskeyChallenge;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One connection to {@link FakeWhatsApp}; the test decides what it tells. */
public final class FakeConnection implements WhatsAppConnection {
    /** Who tells of messages. */
    public static final String OTHER = "391234567890";

    private final FakeWhatsApp whatsApp;
    private final ConnectionRequest request;
    private final ConnectionListener listener;
    private final ExecutorService events =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean aborted;
    private volatile boolean unlinked;
    private volatile Runnable whenClosing = () -> {};

    FakeConnection(FakeWhatsApp whatsApp, ConnectionRequest request, ConnectionListener listener) {
        this.whatsApp = whatsApp;
        this.request = request;
        this.listener = listener;
    }

    public ConnectionRequest request() {
        return request;
    }

    public UUID sessionId() {
        return request.sessionId();
    }

    public boolean isOpen() {
        return !over.get();
    }

    public boolean isAborted() {
        return aborted;
    }

    /** Runs before it is closed for the next owner, on the thread that closes it. */
    public void whenClosing(Runnable action) {
        whenClosing = action;
    }

    public boolean isUnlinked() {
        return unlinked;
    }

    /** Shows a code that can be scanned for a minute. */
    public void showQr(String text) {
        tell(l -> l.qrCode(text, Instant.now().plusSeconds(60)));
    }

    public void showQr(String text, Instant expiresAt) {
        tell(l -> l.qrCode(text, expiresAt));
    }

    /** The phone scanned the code: the session has credentials and is online. */
    public void scan(String phoneNumber) {
        tell(l -> l.saveCredentials(credentials("paired"), Map.of()));
        tell(l -> l.connected(phoneNumber));
    }

    /** WhatsApp wants something signed. */
    public void wantPasskey(PasskeyChallenge challenge) {
        tell(l -> l.passkeyRequired(challenge));
    }

    public void online(String phoneNumber) {
        tell(l -> l.connected(phoneNumber));
    }

    public void save(Credentials credentials) {
        tell(l -> l.saveCredentials(credentials, Map.of()));
    }

    /** Saves as a connection would that does not know yet that it was given up. */
    public void saveDirectly(Credentials credentials) {
        listener.saveCredentials(credentials, Map.of());
    }

    /** The phone of somebody tells of a message. */
    public void receipt(String messageId, IncomingReceipt.Kind kind) {
        tell(l -> l.receipt(new IncomingReceipt(
                kind,
                List.of(messageId),
                new IncomingMessage.Party(OTHER, null, 0),
                OTHER + "@s.whatsapp.net",
                Instant.now())));
    }

    /** Has the listener take a message, on the calling thread, as a connection does; throws when it does not. */
    public void message(IncomingMessage message) {
        listener.message(message);
    }

    public void restricted(Optional<Instant> until) {
        tell(l -> l.restricted(until));
    }

    public void temporarilyBanned(Instant until) {
        tell(l -> l.temporarilyBanned(until));
    }

    /** WhatsApp, or the network, ends it. */
    public void end(CloseReason reason) {
        if (over.compareAndSet(false, true)) {
            try {
                events.execute(() -> listener.closed(reason));
            } catch (RejectedExecutionException e) {
                throw new IllegalStateException(e);
            }
            events.shutdown();
            ended.countDown();
        }
    }

    /** An event that comes too late is nobody's any more. */
    private void tell(Consumer<ConnectionListener> event) {
        try {
            events.execute(() -> {
                if (!aborted) {
                    event.accept(listener);
                }
            });
        } catch (RejectedExecutionException e) {
            if (isOpen()) {
                throw e;
            }
        }
    }

    @Override
    public SendResult send(OutgoingMessage message, BooleanSupplier stillOurs, Duration timeout) {
        whatsApp.preparing();
        if (over.get()) {
            return new SendResult.NotSent("closed");
        }
        if (!stillOurs.getAsBoolean()) {
            return new SendResult.NotSent("not ours");
        }
        return whatsApp.send(this, message);
    }

    @Override
    public Map<String, NumberCheck> checkNumbers(List<String> phoneNumbers, Duration timeout) {
        whatsApp.checking();
        return phoneNumbers.stream()
                .collect(Collectors.toMap(
                        number -> number, number -> over.get() ? NumberCheck.UNKNOWN : whatsApp.check(number)));
    }

    @Override
    public CompletableFuture<ReuploadResult> requestReupload(ReceivedReference file) {
        return over.get()
                ? CompletableFuture.completedFuture(new ReuploadResult.Unanswered("closed"))
                : whatsApp.reupload(file);
    }

    @Override
    public PairingCodeResult requestPairingCode(String phoneNumber, Duration timeout) {
        return over.get() ? new PairingCodeResult.NotPairing("closed") : whatsApp.pairingCode(this);
    }

    @Override
    public PasskeyResult answerPasskey(String assertion, Duration timeout) {
        return over.get() ? new PasskeyResult.NotRequested() : whatsApp.passkey(assertion);
    }

    @Override
    public boolean unlink(Duration timeout) {
        unlinked = true;
        end(CloseReason.CLOSED);
        return true;
    }

    @Override
    public void close(Duration timeout) {
        whenClosing.run();
        if (over.get()) {
            return;
        }
        end(CloseReason.CLOSED);
        try {
            if (!events.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                aborted = true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void abort() {
        if (over.get()) {
            return;
        }
        aborted = true;
        end(CloseReason.CLOSED);
    }

    /** Blocks a send until the connection is over, as one that waits for an acknowledgement would. */
    public SendResult awaitEnd(Duration atMost) {
        try {
            boolean _ = ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new SendResult.Unconfirmed("nobody acknowledged it");
    }

    public static Credentials credentials(String keys) {
        return new Credentials(
                keys.getBytes(StandardCharsets.UTF_8),
                "store".getBytes(StandardCharsets.UTF_8),
                Credentials.Sessions.IN_RECORDS);
    }
}
