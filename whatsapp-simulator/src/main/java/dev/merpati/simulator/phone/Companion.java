package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A linked device of an account, as the server knows it. What it is sent while it has no connection waits for the next
 * one. Thread-safe.
 */
public final class Companion {
    /** Beyond that the oldest nodes are dropped, as WhatsApp drops them after its retention. */
    private static final int MAX_WAITING = 1000;

    private final Jid jid;
    private final int keyIndex;
    private final byte[] noiseKey;
    private final CompanionKeys keys;
    private final Deque<Node> waiting = new ArrayDeque<>();
    private @Nullable CompanionConnection connection;
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

    public CompanionKeys keys() {
        return keys;
    }

    /** Sends the node now, or keeps it for the next connection. */
    public synchronized void deliver(Node node) {
        if (connection != null) {
            connection.send(node);
        } else {
            if (waiting.size() == MAX_WAITING) {
                waiting.poll();
            }
            waiting.add(node);
        }
    }

    /**
     * Makes a connection the one that gets everything from now on.
     *
     * @return the connection that had been it
     */
    public synchronized @Nullable CompanionConnection attach(CompanionConnection newConnection) {
        CompanionConnection old = connection;
        connection = newConnection;
        logins++;
        return old;
    }

    /** How many connections it has had since the start. */
    public synchronized int logins() {
        return logins;
    }

    /** Forgets a closed connection, unless another one has taken over meanwhile. */
    public synchronized void detach(CompanionConnection gone) {
        if (gone.equals(connection)) {
            connection = null;
        }
    }

    /** Returns and forgets the nodes that waited. */
    public synchronized List<Node> drain() {
        List<Node> drained = List.copyOf(waiting);
        waiting.clear();
        return drained;
    }

    public synchronized List<Node> waiting() {
        return List.copyOf(waiting);
    }

    public synchronized @Nullable CompanionConnection connection() {
        return connection;
    }
}
