package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.signal.SignalParty;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A linked device of an account, as the server knows it. What it was sent and has not confirmed is sent again at its next
 * login, after a restart of the simulator too: a message, receipt or notification may come twice, but is not lost.
 * Thread-safe.
 */
public final class Companion {
    private final Jid jid;
    private final int keyIndex;
    private final byte[] noiseKey;
    private final CompanionKeys keys;
    private final @Nullable SignalParty played;
    private final DeliveryQueue queue = new DeliveryQueue();
    private volatile Runnable changed = () -> {};
    private volatile @Nullable String pushName;
    private volatile @Nullable String sessionName;
    private int logins;

    public Companion(Jid jid, int keyIndex, byte[] noiseKey, CompanionKeys keys) {
        this(jid, keyIndex, noiseKey, keys, null);
    }

    /** @param played the private keys of a device that the simulator plays itself; null for a client */
    public Companion(Jid jid, int keyIndex, byte[] noiseKey, CompanionKeys keys, @Nullable SignalParty played) {
        this.played = played;
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

    /** What the client called its time in use ({@code ib/unified_session}); null when it has not. */
    public @Nullable String sessionName() {
        return sessionName;
    }

    public void nameSession(String name) {
        sessionName = name;
    }

    public CompanionKeys keys() {
        return keys;
    }

    /** The private keys of a device that the simulator plays itself; they are used on the phone's queue only. */
    public Optional<SignalParty> played() {
        return Optional.ofNullable(played);
    }

    /** Who is to be told when what waits for the next login has changed. */
    void onChange(Runnable listener) {
        changed = listener;
    }

    /** Sends the node now if there is a connection; keeps it until the device confirms it. */
    public void deliver(Node node) {
        if (queue.deliver(node)) {
            changed.run();
        }
    }

    /**
     * Takes an {@code ack} of the device, or a receipt, which confirms a message as well.
     *
     * @param confirmation the stanza as the device sent it
     */
    public void confirm(Node confirmation) {
        boolean receipt = confirmation.is("receipt");
        queue.confirm(
                receipt ? "message" : confirmation.text("class"),
                confirmation.text("id"),
                receipt ? null : confirmation.attribute("type"));
    }

    /**
     * Makes a connection the one that gets everything from now on, and sends it what the device has not confirmed.
     *
     * @param batched whether what waited comes in batches that the device has to ask for
     * @param strict whether a stanza that the device never confirms ends the stream some time
     */
    public Attached attach(CompanionConnection newConnection, boolean batched, boolean strict) {
        synchronized (this) {
            logins++;
        }
        DeliveryQueue.Attached attached = queue.attach(newConnection, batched, strict);
        return new Attached(attached.waiting(), attached.replaced(), attached.overdue());
    }

    /**
     * What a login found.
     *
     * @param waiting how many stanzas the device had not confirmed
     * @param replaced the connection that had been the one
     * @param overdue a stanza that the device was sent too often without confirming it; it does not come again
     */
    public record Attached(
            int waiting,
            @Nullable CompanionConnection replaced,
            @Nullable Node overdue) {}

    /** The device asks for what waits, in batches of so many stanzas. */
    public void ask(int count) {
        queue.ask(count);
    }

    /** Whether a connection has not asked for the rest of what waits. */
    public boolean isStalled(CompanionConnection candidate) {
        return queue.isStalled(candidate);
    }

    /** How many connections it has had since the start. */
    public synchronized int logins() {
        return logins;
    }

    /** Forgets a closed connection, unless another one has taken over meanwhile. */
    public void detach(CompanionConnection gone) {
        queue.detach(gone);
        changed.run();
    }

    /** What the device has not confirmed, oldest first. */
    public List<Node> unconfirmed() {
        return queue.unconfirmed();
    }

    public @Nullable CompanionConnection connection() {
        return queue.connection();
    }
}
