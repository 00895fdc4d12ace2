package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a device was sent and has not confirmed, oldest first; a device that logs in gets it again. Thread-safe.
 *
 * <p>A backlog comes in batches, as WhatsApp has it: the server announces it ({@code ib/offline_preview}) and sends a few
 * stanzas; the client asks for batches ({@code ib/offline_batch}) and gets the next one when it has confirmed the last.
 * What arrives meanwhile waits behind. {@code ib/offline} ends it.
 */
final class DeliveryQueue {
    /** Beyond that the oldest stanzas are dropped, as WhatsApp drops them after its retention. */
    private static final int CAPACITY = 1000;

    /** What a device gets before it asks for a batch. */
    private static final int UNASKED = 5;

    /** A stanza that was sent so often without being confirmed ends the next stream. */
    private static final int MAX_DELIVERIES = 5;

    private static final Set<String> CONFIRMED_TAGS = Set.of("message", "receipt", "notification");

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable CompanionConnection connection;
    private boolean catchingUp;
    private int announced;
    private int batch;

    private static final class Waiting {
        private final Node node;
        private int deliveries;
        /** Whether the present connection has got it. */
        private boolean sent;

        Waiting(Node node) {
            this.node = node;
        }
    }

    /** What a login found. */
    record Attached(
            int waiting,
            @Nullable CompanionConnection replaced,
            @Nullable Node overdue) {}

    /** Sends a node if there is a connection that has caught up. Returns whether it waits for a login. */
    synchronized boolean deliver(Node node) {
        boolean kept = CONFIRMED_TAGS.contains(node.tag());
        boolean live = connection != null && !catchingUp;
        if (kept || !live) {
            if (waiting.size() == CAPACITY) {
                waiting.poll();
            }
            Waiting entry = new Waiting(node);
            entry.sent = live;
            entry.deliveries = live ? 1 : 0;
            waiting.add(entry);
        }
        if (live && connection != null) {
            connection.send(node);
        }
        return connection == null;
    }

    /** Takes an {@code ack} or {@code receipt} of the device, see {@link Companion#confirm}. */
    synchronized void confirm(String tag, String id, @Nullable String type) {
        for (Iterator<Waiting> entries = waiting.iterator(); entries.hasNext(); ) {
            Node node = entries.next().node;
            if (node.is(tag) && node.has("id", id) && (node.is("message") || type == null || node.has("type", type))) {
                entries.remove();
                break;
            }
        }
        if (catchingUp) {
            advance();
        }
    }

    /**
     * Makes a connection the one that gets everything from now on, and sends it what waits.
     *
     * @param batched whether the backlog comes in batches
     * @param strict whether a stanza that was sent too often is reported and dropped
     */
    synchronized Attached attach(CompanionConnection newConnection, boolean batched, boolean strict) {
        CompanionConnection old = connection;
        connection = newConnection;
        Node overdue = strict ? removeOverdue() : null;
        waiting.forEach(entry -> entry.sent = false);
        announced = waiting.size();
        if (announced > 0) {
            newConnection.send(preview());
        }
        catchingUp = true;
        batch = batched ? UNASKED : CAPACITY;
        advance();
        if (!batched && catchingUp) {
            finish();
        }
        batch = batched ? 0 : CAPACITY;
        return new Attached(announced, old, overdue);
    }

    private @Nullable Node removeOverdue() {
        for (Iterator<Waiting> entries = waiting.iterator(); entries.hasNext(); ) {
            Waiting entry = entries.next();
            if (entry.deliveries >= MAX_DELIVERIES) {
                entries.remove();
                return entry.node;
            }
        }
        return null;
    }

    /** The device asks for batches of so many stanzas. */
    synchronized void ask(int count) {
        batch = Math.clamp(count, 1, CAPACITY);
        if (catchingUp) {
            advance();
        }
    }

    /** Whether a connection waits for stanzas that the server does not send until it asks for them. */
    synchronized boolean isStalled(CompanionConnection candidate) {
        return candidate.equals(connection) && catchingUp && waiting.stream().anyMatch(entry -> !entry.sent);
    }

    /** Sends the next batch if all that was sent is confirmed. */
    private void advance() {
        CompanionConnection current = connection;
        if (current == null || waiting.stream().anyMatch(entry -> entry.sent)) {
            return;
        }
        int left = batch;
        for (Iterator<Waiting> entries = waiting.iterator(); entries.hasNext() && left > 0; left--) {
            Waiting entry = entries.next();
            entry.sent = true;
            current.send(entry.node.with("offline", String.valueOf(entry.deliveries++)));
            if (!CONFIRMED_TAGS.contains(entry.node.tag())) {
                entries.remove();
            }
        }
        if (waiting.isEmpty()) {
            finish();
        }
    }

    private void finish() {
        catchingUp = false;
        if (connection != null) {
            Node offline = Node.of("offline").with("count", String.valueOf(announced));
            connection.send(Node.of("ib", offline).with("from", Jid.USERS));
        }
    }

    private Node preview() {
        Node preview = Node.of("offline_preview").with("count", String.valueOf(waiting.size()));
        for (String tag : List.of("message", "receipt", "notification", "call")) {
            long count = waiting.stream().filter(entry -> entry.node.is(tag)).count();
            preview = preview.with(tag, String.valueOf(count));
        }
        return Node.of("ib", preview.with("appdata", "0")).with("from", Jid.USERS);
    }

    /** Forgets a closed connection, unless another one has taken over meanwhile. */
    synchronized void detach(CompanionConnection gone) {
        if (gone.equals(connection)) {
            connection = null;
            catchingUp = false;
        }
    }

    synchronized @Nullable CompanionConnection connection() {
        return connection;
    }

    synchronized List<Node> unconfirmed() {
        return waiting.stream().map(entry -> entry.node).toList();
    }
}
