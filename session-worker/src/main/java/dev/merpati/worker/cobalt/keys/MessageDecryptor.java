package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.cobalt.address.Address;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.SignalSessions;
import it.auties.whatsapp.crypto.SessionCipher;
import it.auties.whatsapp.model.signal.message.SignalMessage;
import it.auties.whatsapp.model.signal.message.SignalPreKeyMessage;
import it.auties.whatsapp.model.signal.session.Session;
import it.auties.whatsapp.model.signal.session.SessionAddress;
import it.auties.whatsapp.model.signal.session.SessionSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts messages in two steps. The first reads a message and leaves the Signal session as it was, so that whatever
 * stores the keys meanwhile cannot store that a message was read which nobody has taken yet. The second, once somebody
 * has, takes the step for good: from then on the same ciphertext is a {@linkplain Duplicate duplicate}. Thread-safe.
 */
public final class MessageDecryptor {
    private final SignalKeyStore signalKeys;

    public MessageDecryptor(SignalKeyStore signalKeys) {
        this.signalKeys = signalKeys;
    }

    /** What a ciphertext turned out to be. */
    public sealed interface Result {}

    /** @param session the address of the Signal session that it belongs to */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Plaintext(byte[] bytes, Address session) implements Result {}

    /** Its key was used before. */
    public record Duplicate() implements Result {}

    /** @param reason the class of what went wrong */
    public record Unreadable(String reason) implements Result {}

    /**
     * Reads a message without a step of the session.
     *
     * @param senders the addresses under which a session with the sender may be, the likeliest first
     * @param begins whether it is a message that begins a session
     */
    public Result read(List<Address> senders, byte[] ciphertext, boolean begins) {
        PreKeyCache.Needed needed;
        try {
            needed = begins ? needed(senders, ciphertext) : null;
        } catch (SignalKeyStore.UnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            return new Unreadable(e.getClass().getSimpleName());
        }
        if (needed == null) {
            return signalKeys.look(senders, keys -> read(keys, senders, ciphertext, begins));
        }
        Result result = signalKeys.look(senders, needed, keys -> read(keys, senders, ciphertext, true));
        if (!(result instanceof Plaintext)) {
            signalKeys.releasePreKeys(); // Strangers choose the ids: what they name must not pile up.
        }
        return result;
    }

    /** Returns which pre-keys a message needs; null when the session that it begins is there by now. */
    private PreKeyCache.@Nullable Needed needed(List<Address> senders, byte[] ciphertext) {
        SignalPreKeyMessage message = SignalPreKeyMessage.ofSerialized(ciphertext);
        boolean begun = signalKeys.look(
                senders,
                keys -> senders.stream()
                        .flatMap(sender -> keys.findSessionByAddress(sender.toSignalAddress()).stream())
                        .anyMatch(session -> session.hasState(message.version(), message.baseKey())));
        return begun ? null : PreKeyCache.Needed.by(message);
    }

    private static Result read(Keys keys, List<Address> senders, byte[] ciphertext, boolean begins) {
        Result first = null;
        for (Address sender : senders) {
            Result result = read(keys, sender, ciphertext, begins);
            if (result instanceof Plaintext || result instanceof Duplicate) {
                return result;
            }
            first = first == null ? result : first;
        }
        return first == null ? new Unreadable("no sender") : first;
    }

    private static Result read(Keys keys, Address sender, byte[] ciphertext, boolean begins) {
        SessionAddress address = sender.toSignalAddress();
        Optional<Session> before = keys.findSessionByAddress(address);
        try {
            if (before.isPresent() && isDuplicate(before.get(), ciphertext, begins)) {
                return new Duplicate();
            }
            // The step is taken on a copy.
            before.ifPresent(session -> keys.addSession(address, SessionSpec.decode(SessionSpec.encode(session))));
            return new Plaintext(decrypt(keys, address, ciphertext, begins), sender);
        } catch (RuntimeException e) {
            return new Unreadable(e.getClass().getSimpleName());
        } finally {
            before.ifPresentOrElse(
                    session -> keys.addSession(address, session), () -> SignalSessions.remove(keys, address));
        }
    }

    private static byte[] decrypt(Keys keys, SessionAddress address, byte[] ciphertext, boolean begins) {
        SessionCipher cipher = new SessionCipher(address, keys);
        return begins
                ? cipher.decrypt(SignalPreKeyMessage.ofSerialized(ciphertext))
                : cipher.decrypt(SignalMessage.ofSerialized(ciphertext));
    }

    private static SignalMessage messageIn(byte[] ciphertext, boolean begins) {
        return begins
                ? SignalPreKeyMessage.ofSerialized(ciphertext).signalMessage()
                : SignalMessage.ofSerialized(ciphertext);
    }

    /** Whether the chain that the message belongs to has gone past it, and its key is not kept for latecomers. */
    private static boolean isDuplicate(Session session, byte[] ciphertext, boolean begins) {
        SignalMessage message = messageIn(ciphertext, begins);
        return session.states().stream()
                .flatMap(state -> state.findChain(message.ephemeralPublicKey()).stream())
                .anyMatch(chain -> chain.counter() >= message.counter() && !chain.hasMessageKey(message.counter()));
    }

    /**
     * Takes the step of the session for good. The key of the message is gone afterwards.
     *
     * @param session the address that {@link #read} found
     * @return whether it was taken: not when the connection is ending
     * @throws SignalKeyStore.UnavailableException when the session cannot be had now
     */
    public boolean take(Address session, byte[] ciphertext, boolean begins) {
        PreKeyCache.Needed needed = begins ? needed(List.of(session), ciphertext) : null;
        Consumer<Keys> step = keys -> {
            byte[] _ = decrypt(keys, session.toSignalAddress(), ciphertext, begins);
            SignalMessage message = messageIn(ciphertext, begins);
            keys.findSessionByAddress(session.toSignalAddress()).stream()
                    .flatMap(found -> found.states().stream())
                    .flatMap(state -> state.findChain(message.ephemeralPublicKey()).stream())
                    .forEach(chain -> chain.removeMessageKey(message.counter()));
        };
        return needed == null ? signalKeys.change(session, step) : signalKeys.begin(session, needed, step);
    }

    /** Keeps the sessions that began under a phone number under the hidden id of the same user. */
    public void move(Address from, Address to) {
        if (signalKeys.look(List.of(from), keys -> keys.hasSession(from.toSignalAddress()))) {
            signalKeys.migrate(from, to);
        }
    }

    /** Stores the steps that were taken. */
    public void save() {
        signalKeys.save();
    }
}
