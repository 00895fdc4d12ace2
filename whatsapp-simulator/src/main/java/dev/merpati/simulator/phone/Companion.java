package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A linked device of an account, as the server knows it. What it was sent and has not confirmed is sent again at its next
 * login, after a restart of the simulator too: a message, receipt or notification may come twice, but is not lost.
 * Thread-safe.
 */
public final class Companion {
    /** Beyond that the oldest stanzas are dropped, as WhatsApp drops them after its retention. */
    private static final int MAX_UNCONFIRMED = 1000;

    private static final Set<String> CONFIRMED_TAGS = Set.of("message", "receipt", "notification");

    private final Jid jid;
    private final int keyIndex;
    private final byte[] noiseKey;
    private final CompanionKeys keys;
    private final Deque<Node> unconfirmed = new ArrayDeque<>();
    private volatile Runnable changed = () -> {};
    private @Nullable CompanionConnection connection;
    private volatile @Nullable String pushName;
    private int logins;

    public Companion(Jid jid, int keyIndex, byte[] noiseKey, CompanionKeys keys) {
        this.jid = jid;
        this.keyIndex = keyIndex;
        this.noiseKey = noiseKey;
        this.keys = keys;
    }

    public Jid jid() {
        return jid;
    }

    public String number() {
        return jid.user();
    }

    /** Its place in the account's list of devices; every pairing gets a new one. */
    public int keyIndex() {
        return keyIndex;
    }

    public byte[] noiseKey() {
        return noiseKey;
    }

    public boolean hasNoiseKey(byte[] key) {
        return Arrays.equals(noiseKey, key);
    }

    /** The name that the client has told others to show; null before it has. */
    public @Nullable String pushName() {
        return pushName;
    }

    public void rename(String newPushName) {
        pushName = newPushName;
    }

    public CompanionKeys keys() {
        return keys;
    }

    /** Who is to be told when what waits for the next login has changed. */
    void onChange(Runnable listener) {
        changed = listener;
    }

    /** Sends the node now if there is a connection; keeps it until the device confirms it. */
    public void deliver(Node node) {
        if (send(node)) {
            changed.run();
        }
    }

    /** Whether the node waits for a login. */
    private synchronized boolean send(Node node) {
        if (connection == null || CONFIRMED_TAGS.contains(node.tag())) {
            if (unconfirmed.size() == MAX_UNCONFIRMED) {
                unconfirmed.poll();
            }
            unconfirmed.add(node);
        }
        if (connection == null) {
            return true;
        }
        connection.send(node);
        return false;
    }

    /**
     * Takes an {@code ack} of the device, or a receipt, which confirms a message as well.
     *
     * @param confirmation the stanza as the device sent it
     */
    public synchronized void confirm(Node confirmation) {
        boolean receipt = confirmation.is("receipt");
        String tag = receipt ? "message" : confirmation.text("class");
        String type = receipt ? null : confirmation.attribute("type");
        for (Iterator<Node> nodes = unconfirmed.iterator(); nodes.hasNext(); ) {
            Node node = nodes.next();
            if (node.is(tag)
                    && node.has("id", confirmation.text("id"))
                    && (node.is("message") || type == null || node.has("type", type))) {
                nodes.remove();
                return;
            }
        }
    }

    /**
     * Makes a connection the one that gets everything from now on, and sends it what the device has not confirmed.
     *
     * @return how many stanzas that are, and the connection that had been it
     */
    public synchronized Attached attach(CompanionConnection newConnection) {
        CompanionConnection old = connection;
        connection = newConnection;
        logins++;
        List<Node> sent = List.copyOf(unconfirmed);
        sent.forEach(newConnection::send);
        unconfirmed.removeIf(node -> !CONFIRMED_TAGS.contains(node.tag()));
        return new Attached(sent.size(), old);
    }

    /** What a login found. */
    public record Attached(int waiting, @Nullable CompanionConnection replaced) {}

    /** How many connections it has had since the start. */
    public synchronized int logins() {
        return logins;
    }

    /** Forgets a closed connection, unless another one has taken over meanwhile. */
    public void detach(CompanionConnection gone) {
        synchronized (this) {
            if (gone.equals(connection)) {
                connection = null;
            }
        }
        changed.run();
    }

    /** What the device has not confirmed, oldest first. */
    public synchronized List<Node> unconfirmed() {
        return List.copyOf(unconfirmed);
    }

    public synchronized @Nullable CompanionConnection connection() {
        return connection;
    }
}
