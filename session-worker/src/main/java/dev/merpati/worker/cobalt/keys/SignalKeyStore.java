package dev.merpati.worker.cobalt.keys;

import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.crypto.CipheredMessageResult;
import it.auties.whatsapp.crypto.SessionCipher;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.socket.SocketHandler;
import java.util.List;
import java.util.function.Function;

/**
 * The one door to a device's keys. Cobalt guards them in some places and not in others: two steps of a Signal session
 * at the same time make messages that nobody can decrypt, and keys that are encoded during a step may not decode.
 * Thread-safe.
 */
public final class SignalKeyStore {
    /** About 200 KB of credentials. */
    private static final int MAX_SESSIONS = 500;

    private final Keys keys;
    private final Runnable changed;
    private final SignalSessionEviction eviction;
    private boolean frozen;

    /** @param changed called after each step, with the door open */
    public SignalKeyStore(Keys keys, Runnable changed) {
        this.keys = keys;
        this.changed = changed;
        eviction = new SignalSessionEviction(keys, MAX_SESSIONS);
    }

    /** No step is taken from now on: what {@link #read} sees is final. */
    public synchronized void freeze() {
        frozen = true;
    }

    /** Marks the sessions with these devices as used, so that the sessions of no others are kept before them. */
    public synchronized void touch(List<Jid> devices) {
        devices.forEach(device -> eviction.used(device.toSignalAddress()));
    }

    boolean hasSession(Jid device) {
        return keys.hasSession(device.toSignalAddress());
    }

    /**
     * @throws FrozenException when the connection is ending
     * @throws UnusableSessionException when there is no Signal session with the device, or a damaged one, which is
     *     dropped: the next message begins a new one
     */
    public CipheredMessageResult encrypt(Jid device, byte[] plaintext)
            throws FrozenException, UnusableSessionException {
        CipheredMessageResult result;
        synchronized (this) {
            if (frozen) {
                throw new FrozenException();
            }
            try {
                result = new SessionCipher(device.toSignalAddress(), keys).encrypt(plaintext);
            } catch (RuntimeException e) {
                eviction.drop(device.toSignalAddress());
                // Without the cause: Cobalt's messages hold phone numbers.
                throw new UnusableSessionException(e.getClass().getName());
            }
            eviction.used(device.toSignalAddress());
        }
        changed.run();
        return result;
    }

    /**
     * Makes a session out of a device's key bundle.
     *
     * @param bundle a {@code user} of the answer
     * @throws RuntimeException when the bundle is incomplete or its signature wrong
     */
    void establish(SocketHandler cobalt, Node bundle) {
        change(
                bundle.attributes().getRequiredJid("jid"),
                () -> cobalt.parseSessions(Node.of("iq", Node.of("list", bundle))));
    }

    /** Runs a step of the session with a device; returns whether it ran, false when frozen. */
    public boolean change(Jid device, Runnable step) {
        return change(() -> {
            step.run();
            eviction.used(device.toSignalAddress());
        });
    }

    /** Runs a step of Cobalt's that may change the keys; returns whether it ran, false when frozen. */
    public boolean change(Runnable step) {
        synchronized (this) {
            if (frozen) {
                return false;
            }
            step.run();
        }
        changed.run();
        return true;
    }

    /** Reads the keys while nobody changes them. */
    public synchronized <T> T read(Function<Keys, T> reader) {
        return reader.apply(keys);
    }

    /** A message cannot be encrypted for one device. */
    public static final class UnusableSessionException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableSessionException(String message) {
            super(message);
        }
    }

    /** The connection is ending and its keys are not to change any more. */
    public static final class FrozenException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
