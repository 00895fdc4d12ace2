package dev.merpati.worker.cobalt;

import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.CobaltCredentials;
import dev.merpati.worker.cobalt.keys.CredentialKeeper;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.pairing.PairSuccess;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.stream.AuthenticatedClient;
import dev.merpati.worker.cobalt.stream.StreamListener;
import dev.merpati.worker.cobalt.stream.WhatsAppStream;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.PairingCodeResult;
import dev.merpati.worker.whatsapp.PasskeyResult;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.ReuploadResult;
import dev.merpati.worker.whatsapp.SendResult;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import it.auties.whatsapp.controller.Keys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection: from the first attempt, over the change of streams that pairing takes, to its one end. */
final class CobaltConnection implements WhatsAppConnection, StreamListener {
    private static final Logger log = LoggerFactory.getLogger(CobaltConnection.class);

    private final ConnectorContext context;
    private final Account account;
    private final ListenerQueue listenerQueue;
    private final SignalKeyStore signalKeys;
    private final CredentialKeeper keeper;
    private volatile Device device;
    private volatile @Nullable AuthenticatedClient client;
    private @Nullable WhatsAppStream stream;
    private boolean ended;
    private volatile boolean unlinking;
    private volatile boolean loggedOut;

    CobaltConnection(ConnectorContext context, Device device, Account account, ConnectionListener listener) {
        this.context = context;
        this.device = device;
        this.account = account;
        listenerQueue = new ListenerQueue(listener);
        signalKeys = new SignalKeyStore(device.keys(), account.records());
        keeper = new CredentialKeeper(
                listenerQueue, context.timer(), context.timing().saveRetry(), signalKeys, this::credentials);
    }

    synchronized void start() {
        if (ended) {
            return;
        }
        stream = new WhatsAppStream(context, device, account, signalKeys, this);
        stream.start();
    }

    @Override
    public SendResult send(OutgoingMessage message, BooleanSupplier stillOurs, Duration timeout) {
        AuthenticatedClient current = client;
        return current == null
                ? new SendResult.NotSent("the session is not logged in")
                : current.send(message, stillOurs, timeout);
    }

    @Override
    public Map<String, NumberCheck> checkNumbers(List<String> phoneNumbers, Duration timeout) {
        AuthenticatedClient current = client;
        return current == null
                ? phoneNumbers.stream().collect(Collectors.toMap(number -> number, _ -> NumberCheck.UNKNOWN))
                : current.checkNumbers(phoneNumbers, Deadline.in(timeout));
    }

    @Override
    public CompletableFuture<ReuploadResult> requestReupload(ReceivedReference file) {
        AuthenticatedClient current = client;
        return current == null
                ? CompletableFuture.completedFuture(new ReuploadResult.Unanswered("the session is not logged in"))
                : current.requestReupload(file);
    }

    @Override
    public PairingCodeResult requestPairingCode(String phoneNumber, Duration timeout) {
        WhatsAppStream current = pairingStream();
        return current == null
                ? new PairingCodeResult.NotPairing("the connection is not being paired")
                : current.pairing().requestCode(phoneNumber, timeout);
    }

    @Override
    public PasskeyResult answerPasskey(String assertion, Duration timeout) {
        WhatsAppStream current = pairingStream();
        return current == null
                ? new PasskeyResult.NotRequested()
                : current.pairing().answerPasskey(assertion, timeout);
    }

    private synchronized @Nullable WhatsAppStream pairingStream() {
        return ended || device.isLinked() ? null : stream;
    }

    @Override
    public boolean unlink(Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        AuthenticatedClient current = client;
        unlinking = true;
        boolean confirmed = current != null && current.unlink(deadline);
        finish(CloseReason.CLOSED);
        listenerQueue.awaitClosed(deadline.left());
        return confirmed || loggedOut;
    }

    @Override
    public void close(Duration timeout) {
        finish(CloseReason.CLOSED);
        listenerQueue.awaitClosed(timeout);
    }

    @Override
    public void abort() {
        listenerQueue.silence();
        finish(CloseReason.CLOSED);
    }

    @Override
    public void qrCode(String text, Instant expiresAt) {
        listenerQueue.call(listener -> listener.qrCode(text, expiresAt));
    }

    @Override
    public void passkeyRequired(PasskeyChallenge challenge) {
        listenerQueue.call(listener -> listener.passkeyRequired(challenge));
    }

    @Override
    public CompletableFuture<Void> linked(PairSuccess success) {
        device = device.linkedAs(success.address());
        CompletableFuture<Void> stored = new CompletableFuture<>();
        storeAccount(success, stored);
        return stored.thenCompose(_ -> keeper.save());
    }

    /** Ahead of the credentials: a device that does not know its account's kind would address its messages wrongly. */
    private void storeAccount(PairSuccess success, CompletableFuture<Void> stored) {
        Thread.ofVirtual().name("whatsapp-pairing").start(() -> {
            try {
                Address lid = success.lid();
                if (lid != null) {
                    account.traits().ownLid(lid.user());
                    account.lids().put(success.address().user(), lid.user());
                }
                account.traits().migrated(success.migrated());
                stored.complete(null);
            } catch (RuntimeException e) {
                log.debug("What is known of the account is not stored yet: {}", e.toString());
                if (isOpen()) {
                    ScheduledFuture<?> _ = context.timer()
                            .schedule(
                                    () -> storeAccount(success, stored),
                                    context.timing().saveRetry().toNanos(),
                                    TimeUnit.NANOSECONDS);
                }
            }
        });
    }

    private synchronized boolean isOpen() {
        return !ended;
    }

    @Override
    public void restart(WhatsAppStream from) {
        synchronized (this) {
            if (ended || from != stream) {
                return;
            }
        }
        from.close();
        start();
    }

    @Override
    public void loggedIn(AuthenticatedClient authenticated) {
        synchronized (this) {
            if (ended) {
                return;
            }
            client = authenticated;
        }
        listenerQueue.call(listener -> listener.connected(authenticated.phoneNumber()));
    }

    @Override
    public void receipt(IncomingReceipt receipt) {
        listenerQueue.take(listener -> listener.receipt(receipt));
    }

    @Override
    public void restricted(Optional<Instant> until) {
        listenerQueue.call(listener -> listener.restricted(until));
    }

    @Override
    public void message(IncomingMessage message) {
        listenerQueue.take(listener -> listener.message(message));
    }

    @Override
    public CompletableFuture<Void> saveCredentials() {
        return keeper.save();
    }

    @Override
    public void temporarilyBanned(Instant until) {
        listenerQueue.call(listener -> listener.temporarilyBanned(until));
    }

    @Override
    public void ended(WhatsAppStream from, CloseReason reason) {
        synchronized (this) {
            if (from != stream) {
                return;
            }
        }
        loggedOut |= reason == CloseReason.LOGGED_OUT;
        finish(unlinking ? CloseReason.CLOSED : reason);
    }

    private void finish(CloseReason reason) {
        WhatsAppStream last;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            client = null;
            last = stream;
        }
        signalKeys.freeze();
        if (last != null) {
            last.close();
        }
        listenerQueue.close(reason);
    }

    private Credentials credentials(Keys keys) {
        return CobaltCredentials.encode(
                keys, device.newStore(context.clientVersion().toString()));
    }
}
