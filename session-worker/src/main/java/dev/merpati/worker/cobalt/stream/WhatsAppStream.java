package dev.merpati.worker.cobalt.stream;

import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.ConnectorContext;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.engine.CobaltEngine;
import dev.merpati.worker.cobalt.engine.ProtocolEngine;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.pairing.PairSuccess;
import dev.merpati.worker.cobalt.pairing.Pairing;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.transport.RedactedException;
import dev.merpati.worker.cobalt.transport.WhatsAppSocket;
import dev.merpati.worker.whatsapp.CloseReason;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One protocol stream: one socket with one engine on it, never reused. Routes what the server sends. A connection takes
 * two streams to pair and one to log in.
 */
public final class WhatsAppStream implements WhatsAppSocket.Listener, ProtocolEngine.Owner {
    private static final Logger log = LoggerFactory.getLogger(WhatsAppStream.class);

    private static final Set<Object> ACKNOWLEDGED = Set.of("message", "receipt", "notification", "call");
    /** Of WhatsApp Web's reasons not to accept a stanza (whatsmeow {@code types}, {@code NackParsingError}). */
    private static final String PARSING_ERROR = "487";

    private final ConnectorContext context;
    private final Device device;
    private final SignalKeyStore signalKeys;
    private final StreamListener listener;
    private final ClientVersion version;
    private final StanzaLog stanzas;
    private final Store store;
    private final ProtocolEngine engine;
    private final EdgeRouting routing;
    private final Pairing pairing;
    private final KeepAlive keepAlive;
    private final @Nullable AuthenticatedClient client;
    private @Nullable WhatsAppSocket socket;
    private @Nullable ScheduledFuture<?> loginTimer;
    private boolean closed;
    private volatile boolean linking;
    private volatile boolean linked;

    public WhatsAppStream(
            ConnectorContext context,
            Device device,
            Account account,
            SignalKeyStore signalKeys,
            StreamListener listener) {
        this.context = context;
        this.device = device;
        this.signalKeys = signalKeys;
        this.listener = listener;
        CobaltSettings.Timing timing = context.timing();
        version = context.clientVersion();
        store = device.newStore(version.toString());
        stanzas = new StanzaLog(context.stanzaLogs(), device.sessionId());
        engine = new CobaltEngine(store, device.keys(), () -> ClientPayload.of(device, version.toString()), this);
        routing = new EdgeRouting(account.records());
        pairing = new Pairing(
                device.keys(), new IqClient(engine, timing.answer()), timing, context.timer(), new PairingListener());
        keepAlive = new KeepAlive(
                engine, context.timer(), timing.keepAlive(), timing.answer(), () -> end(CloseReason.NETWORK));
        Address self = device.address();
        client = self == null
                ? null
                : new AuthenticatedClient(
                        context,
                        device,
                        self.toJid(),
                        account,
                        engine,
                        signalKeys,
                        listener,
                        () -> end(CloseReason.NETWORK));
    }

    public synchronized void start() {
        if (!closed) {
            socket = context.transport().open(this);
        }
    }

    /** Closes the socket at once, and ends what waits for an answer. Idempotent. */
    public void close() {
        WhatsAppSocket open;
        synchronized (this) {
            closed = true;
            open = socket;
            if (loginTimer != null) {
                loginTimer.cancel(false);
            }
        }
        pairing.end();
        keepAlive.end();
        if (open != null) {
            open.close();
        }
        engine.shut();
        if (client != null) {
            client.connectionLost();
        }
    }

    @Override
    public void opened(WhatsAppSocket opened) {
        keepAlive.begin();
        startLoginTimer();
        engine.open(opened, routing.prefix());
    }

    @Override
    public void received(byte[] frame) {
        keepAlive.sign();
        engine.received(frame);
    }

    @Override
    public void closed(WhatsAppSocket.Closure closure) {
        log.debug("The socket is closed: {}", closure);
        switch (closure) {
            case WhatsAppSocket.Closure.Local() -> {
                // By close(), whose caller knows the reason.
            }
            case WhatsAppSocket.Closure.Remote() -> streamEnded(pairing.isExhausted());
            case WhatsAppSocket.Closure.Declined(String _) -> end(CloseReason.UNAVAILABLE);
            case WhatsAppSocket.Closure.Failed(Throwable _) -> networkFailed();
        }
    }

    @Override
    public void received(Node node) {
        try {
            stanzas.received(node);
            route(node);
        } catch (RuntimeException e) {
            // Not a reason to end the connection: the same node would come again on the next.
            log.error(
                    "A node \"{}\" could not be handled: {}",
                    node.description(),
                    e.getClass().getName());
            log.debug("It was thrown by", RedactedException.of(e));
        }
    }

    @Override
    public void sending(Node node) {
        stanzas.sent(node);
    }

    @Override
    public void broken() {
        end(CloseReason.NETWORK);
    }

    private void route(Node node) {
        switch (node.description()) {
            case "iq" -> iq(node);
            case "ib" -> {
                node.findChild("client_expiration")
                        .ifPresent(notice -> context.clientExpiry().announced(version, notice));
                toClient(node);
            }
            case "success" -> success(node);
            case ProtocolEngine.UNREADABLE -> unreadable(node);
            case "failure" -> failure(node);
            case "stream:error" -> streamError(node);
            // While codes are shown this is how the server says that it waits no longer.
            case "xmlstreamend" -> streamEnded(pairing.hasBegun());
            default -> toClient(node);
        }
    }

    private void toClient(Node node) {
        if (client != null) {
            client.onStanza(node);
        } else if (node.hasDescription("notification")) {
            acknowledgeNotification(node);
            pairing.notification(node);
        }
    }

    /** Told to the server as what it is, as WhatsApp's clients do, or the stanza would come again at each login. */
    private void unreadable(Node node) {
        Object description = node.attributes().toMap().get(ProtocolEngine.DESCRIPTION);
        Object from = node.attributes().toMap().get("from");
        log.warn("A stanza cannot be read: {}", description);
        if (client != null && node.id() != null && from != null && ACKNOWLEDGED.contains(description)) {
            engine.send(Node.of(
                    "ack",
                    Attributes.of()
                            .put("id", node.id())
                            .put("to", from)
                            .put("class", description)
                            .put("error", PARSING_ERROR)));
        }
    }

    private void iq(Node node) {
        String content = node.findChild().map(Node::description).orElse("");
        switch (content) {
            case "pair-device" -> {
                cancelLoginTimer();
                acknowledge(node);
                pairing.begin(node.findChild().orElseThrow());
            }
            case "pair-success" -> pairSuccess(node);
            default -> {
                if (node.attributes().hasValue("xmlns", "urn:xmpp:ping")) {
                    acknowledge(node);
                }
            }
        }
    }

    private void pairSuccess(Node node) {
        linking = true;
        pairing.end();
        PairSuccess success = pairing.verify(node, engine::send);
        if (success == null || !signalKeys.change(() -> device.keys().setCompanionIdentity(success.identity()))) {
            end(CloseReason.LINKING_REFUSED);
            return;
        }
        startLoginTimer();
        // Stored first: a device that WhatsApp takes for linked and that nobody can log in as would need another scan.
        CompletableFuture<Void> _ = listener.linked(success).thenRun(() -> {
            // If the server never says that it is done, the device logs in by itself.
            linked = true;
            engine.send(success.confirmation());
        });
    }

    private void success(Node success) {
        if (client == null) {
            end(CloseReason.LINKING_REFUSED);
            return;
        }
        Thread.ofVirtual().name("whatsapp-login").start(() -> {
            boolean done = client.logIn(success);
            cancelLoginTimer();
            if (done) {
                listener.loggedIn(client);
            } else {
                end(CloseReason.LOGIN_TIMEOUT);
            }
        });
    }

    private void failure(Node failure) {
        int code = failure.attributes().getInt("reason");
        CloseReason reason = device.isLinked() ? CloseReasons.loginRefused(code) : CloseReasons.linkingRefused(code);
        if (reason == CloseReason.RESTRICTED) {
            log.warn(
                    "WhatsApp keeps an account out for a while, by its code {}",
                    failure.attributes().getInt("code"));
            CloseReasons.restrictedUntil(failure, Instant.now()).ifPresent(listener::temporarilyBanned);
        }
        end(reason);
    }

    private void streamError(Node error) {
        if (linked && CloseReasons.asksForRestart(error)) {
            listener.restart(this);
        } else {
            end(CloseReasons.streamError(error));
        }
    }

    private void streamEnded(boolean forWantOfAScan) {
        if (linked) {
            listener.restart(this);
        } else {
            end(forWantOfAScan ? CloseReason.QR_CODES_EXHAUSTED : lostReason());
        }
    }

    private void networkFailed() {
        if (linked) {
            listener.restart(this);
        } else {
            end(pairing.isExhausted() ? CloseReason.QR_CODES_EXHAUSTED : CloseReason.NETWORK);
        }
    }

    /** Why the server ends the stream when it is not for want of a scan. */
    private CloseReason lostReason() {
        return pairing.wantsPasskey() && !linking ? CloseReason.PASSKEY_REQUIRED : CloseReason.NETWORK;
    }

    private void acknowledgeNotification(Node notification) {
        Attributes attributes = Attributes.of()
                .put("id", notification.id())
                .put("to", JidServer.whatsapp().toJid())
                .put("class", "notification")
                .put("type", notification.attributes().getString("type"));
        engine.send(Node.of("ack", attributes));
    }

    private void acknowledge(Node query) {
        engine.send(IqClient.emptyResult(query));
    }

    private synchronized void startLoginTimer() {
        cancelLoginTimer();
        if (!closed) {
            Duration time = context.timing().login();
            loginTimer = context.timer().schedule(this::loginTimedOut, time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void loginTimedOut() {
        if (linked) {
            listener.restart(this);
        } else {
            // Credentials that could not be stored in time belong to a pairing that was never confirmed.
            end(linking ? CloseReason.LINKING_REFUSED : CloseReason.LOGIN_TIMEOUT);
        }
    }

    private synchronized void cancelLoginTimer() {
        if (loginTimer != null) {
            loginTimer.cancel(false);
        }
    }

    private void end(CloseReason reason) {
        listener.ended(this, reason);
    }

    /** Links the device on this stream. */
    public Pairing pairing() {
        return pairing;
    }

    private final class PairingListener implements Pairing.Listener {
        @Override
        public void qrCode(String text, Instant expiresAt) {
            listener.qrCode(text, expiresAt);
        }

        @Override
        public void passkeyRequired(PasskeyChallenge challenge) {
            listener.passkeyRequired(challenge);
        }

        @Override
        public void codesExhausted() {
            end(CloseReason.QR_CODES_EXHAUSTED);
        }

        @Override
        public void passkeyMissing() {
            end(CloseReason.PASSKEY_REQUIRED);
        }

        @Override
        public void failed() {
            end(CloseReason.LINKING_REFUSED);
        }
    }
}
