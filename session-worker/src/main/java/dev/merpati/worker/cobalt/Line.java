package dev.merpati.worker.cobalt;

import dev.merpati.worker.cobalt.transport.Link;
import dev.merpati.worker.cobalt.transport.LinkClosure;
import dev.merpati.worker.cobalt.transport.LinkListener;
import dev.merpati.worker.whatsapp.CloseReason;
import it.auties.whatsapp.api.ErrorHandler;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.model.node.Node;
import java.nio.ByteBuffer;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One link with one Cobalt engine on it, never reused. Routes what the server sends: to Cobalt goes only what Cobalt
 * does right. A connection needs two of these to pair and one to log in.
 */
final class Line implements LinkListener, CobaltSocket.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    private final Surroundings surroundings;
    private final Device device;
    private final Ratchets ratchets;
    private final LineEvents events;
    private final Store store;
    private final CobaltSocket socket;
    private final Pairing pairing;
    private final Liveness liveness;
    private final @Nullable Traffic traffic;
    private @Nullable Link link;
    private @Nullable ScheduledFuture<?> loginTimer;
    private boolean closed;
    private volatile boolean linking;
    private volatile boolean linked;
    private volatile boolean refused;

    Line(Surroundings surroundings, Device device, Ratchets ratchets, LineEvents events) {
        this.surroundings = surroundings;
        this.device = device;
        this.ratchets = ratchets;
        this.events = events;
        var timing = surroundings.timing();
        store = device.newStore(surroundings.settings().clientVersion());
        socket = new CobaltSocket(store, device.keys(), this);
        pairing = new Pairing(
                device.keys(), timing, surroundings.timer(), events::qrCode, () -> end(CloseReason.QR_CODES_EXHAUSTED));
        liveness = new Liveness(
                socket, surroundings.timer(), timing.keepAlive(), timing.answer(), () -> end(CloseReason.NETWORK));
        var self = device.address();
        traffic = self == null ? null : new Traffic(surroundings, device, self, socket, store, ratchets, events);
    }

    synchronized void start() {
        if (!closed) {
            link = surroundings.transport().open(this);
        }
    }

    /** Closes the socket at once, and ends what waits for an answer. Idempotent. */
    void close() {
        Link open;
        synchronized (this) {
            closed = true;
            open = link;
            if (loginTimer != null) {
                loginTimer.cancel(false);
            }
        }
        pairing.end();
        liveness.end();
        if (open != null) {
            open.close();
        }
        socket.shut();
        if (traffic != null) {
            traffic.lost();
        }
    }

    @Override
    public void opened(Link opened) {
        liveness.begin();
        startLoginTimer();
        socket.onOpen(new Linkage(opened));
    }

    @Override
    public void received(byte[] frame) {
        liveness.sign();
        socket.onMessage(ByteBuffer.wrap(frame), true);
    }

    @Override
    public void closed(LinkClosure closure) {
        LOG.debug("The link is closed: {}", closure);
        switch (closure) {
            case LinkClosure.Local() -> {
                // By close(), whose caller knows the reason.
            }
            case LinkClosure.Remote() -> streamEnded(pairing.isExhausted());
            case LinkClosure.Declined(String _) -> end(CloseReason.UNAVAILABLE);
            case LinkClosure.Failed(Throwable _) -> streamEnded(pairing.isExhausted());
        }
    }

    @Override
    public void onNode(Node node, Consumer<Node> cobalt) {
        try {
            route(node, cobalt);
        } catch (RuntimeException e) {
            // Not a reason to end the connection: the same node would come again on the next.
            LOG.error(
                    "A node \"{}\" could not be handled: {}",
                    node.description(),
                    e.getClass().getName());
            LOG.debug("It was", e);
        }
    }

    @Override
    public void onFailure(ErrorHandler.Location location) {
        switch (location) {
            case LOGIN -> {
                refused = true;
                if (!linking) {
                    end(CloseReason.NETWORK);
                }
            }
            // After a byte that does not decrypt none does any more.
            case STREAM -> end(CloseReason.NETWORK);
            case UNKNOWN,
                    CRYPTOGRAPHY,
                    MEDIA_CONNECTION,
                    PULL_APP_STATE,
                    PUSH_APP_STATE,
                    INITIAL_APP_STATE_SYNC,
                    MESSAGE,
                    HISTORY_SYNC,
                    RECONNECT -> {
                // Concerns one node only.
            }
        }
    }

    private void route(Node node, Consumer<Node> cobalt) {
        switch (node.description()) {
            case "iq" -> iq(node, cobalt);
            case "success" -> success();
            case "failure" -> failure(node.attributes().getInt("reason"));
            case "stream:error" -> streamError(node);
            // While codes are shown this is how the server says that it waits no longer.
            case "xmlstreamend" -> streamEnded(pairing.hasBegun());
            default -> {
                if (traffic != null) {
                    traffic.onNode(node);
                }
            }
        }
    }

    private void iq(Node node, Consumer<Node> cobalt) {
        var content = node.findChild().map(Node::description).orElse("");
        switch (content) {
            case "pair-device" -> {
                cancelLoginTimer();
                reply(node);
                pairing.begin(node.findChild().orElseThrow());
            }
            case "pair-success" -> pairSuccess(node, cobalt);
            default -> {
                if (node.attributes().hasValue("xmlns", "urn:xmpp:ping")) {
                    reply(node);
                }
            }
        }
    }

    private void pairSuccess(Node node, Consumer<Node> cobalt) {
        linking = true;
        pairing.end();
        ratchets.change(() -> cobalt.accept(node));
        if (refused) {
            end(CloseReason.LINKING_REFUSED);
            return;
        }
        linked = true;
        // If the server never says that it is done, the device logs in by itself.
        startLoginTimer();
        events.linked(device.linkedAs(store));
    }

    private void success() {
        if (traffic == null) {
            end(CloseReason.LINKING_REFUSED);
            return;
        }
        Thread.ofVirtual().name("whatsapp-login").start(() -> {
            var session = traffic.logIn();
            cancelLoginTimer();
            session.ifPresentOrElse(events::loggedIn, () -> end(CloseReason.LOGIN_TIMEOUT));
        });
    }

    private void failure(int reason) {
        end(device.isLinked() ? Verdicts.loginRefused(reason) : Verdicts.linkingRefused(reason));
    }

    private void streamError(Node error) {
        if (linked && Verdicts.asksForRestart(error)) {
            events.restart(this);
        } else {
            end(Verdicts.streamError(error));
        }
    }

    private void streamEnded(boolean forWantOfAScan) {
        if (linked) {
            events.restart(this);
        } else {
            end(forWantOfAScan ? CloseReason.QR_CODES_EXHAUSTED : CloseReason.NETWORK);
        }
    }

    private void reply(Node query) {
        var _ = socket.sendNodeWithNoResponse(Queries.reply(query));
    }

    private synchronized void startLoginTimer() {
        cancelLoginTimer();
        if (!closed) {
            var time = surroundings.timing().login();
            loginTimer = surroundings.timer().schedule(this::loginTimedOut, time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void loginTimedOut() {
        if (linked) {
            events.restart(this);
        } else {
            end(CloseReason.LOGIN_TIMEOUT);
        }
    }

    private synchronized void cancelLoginTimer() {
        if (loginTimer != null) {
            loginTimer.cancel(false);
        }
    }

    private void end(CloseReason reason) {
        events.ended(this, reason);
    }
}
