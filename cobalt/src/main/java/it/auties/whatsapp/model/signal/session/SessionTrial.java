package it.auties.whatsapp.model.signal.session;

import it.auties.whatsapp.crypto.SessionCipher;
import it.auties.whatsapp.model.signal.keypair.SignalKeyPair;
import it.auties.whatsapp.model.signal.message.SignalMessage;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts a message with one state of a session, and leaves the state as it was when that fails. Two sides that begin
 * a session with each other at once have two states in it, and a message does not say which one it belongs to.
 */
@NullMarked
public final class SessionTrial {
    private SessionTrial() {}

    /**
     * @param decrypt the method of the cipher that takes the message and the state
     * @throws Throwable what {@code decrypt} throws
     */
    public static byte[] decrypt(SessionCipher cipher, SignalMessage message, SessionState state, MethodHandle decrypt)
            throws Throwable {
        var before = new Before(state);
        try {
            SkippedKeys.keep(state, message);
            return (byte[]) decrypt.invokeExact(cipher, message, state);
        } catch (Throwable e) {
            before.restore();
            throw e;
        }
    }

    /**
     * The same for the message that another device begins a session with. The state becomes the current one when the
     * message could be read, and is forgotten when it could not.
     */
    public static byte[] begin(SessionCipher cipher, SignalMessage message, SessionState state, MethodHandle decrypt)
            throws Throwable {
        var session = cipher.keys().findSessionByAddress(cipher.address()).orElseThrow();
        var isNew = state.chains.isEmpty();
        try {
            var plaintext = decrypt(cipher, message, state, decrypt);
            if (isNew) {
                session.states.forEach(other -> other.closed(!other.equals(state)));
            }
            return plaintext;
        } catch (Throwable e) {
            if (isNew) {
                session.states.remove(state);
            }
            throw e;
        }
    }

    /** A copy of all that a step changes. Arrays are replaced by a step, never written to. */
    private static final class Before {
        private final SessionState state;
        private final byte[] rootKey;
        private final @Nullable SessionPreKey pendingPreKey;
        private final SignalKeyPair ephemeralKeyPair;
        private final byte[] lastRemoteEphemeralKey;
        private final int previousCounter;
        private final Map<String, SessionChain> chains = new HashMap<>();

        Before(SessionState state) {
            this.state = state;
            rootKey = state.rootKey;
            pendingPreKey = state.pendingPreKey;
            ephemeralKeyPair = state.ephemeralKeyPair;
            lastRemoteEphemeralKey = state.lastRemoteEphemeralKey;
            previousCounter = state.previousCounter;
            state.chains.forEach((key, chain) -> chains.put(
                    key, new SessionChain(chain.counter, chain.key, new ConcurrentHashMap<>(chain.messageKeys))));
        }

        void restore() {
            state.rootKey = rootKey;
            state.pendingPreKey = pendingPreKey;
            state.ephemeralKeyPair = ephemeralKeyPair;
            state.lastRemoteEphemeralKey = lastRemoteEphemeralKey;
            state.previousCounter = previousCounter;
            state.chains.clear();
            state.chains.putAll(chains);
        }
    }
}
