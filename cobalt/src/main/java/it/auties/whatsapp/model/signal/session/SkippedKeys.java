package it.auties.whatsapp.model.signal.session;

import it.auties.whatsapp.crypto.Hmac;
import it.auties.whatsapp.model.signal.message.SignalMessage;
import it.auties.whatsapp.util.SignalConstants;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/**
 * Keeps the keys of messages that have not come yet when the other side steps its ratchet on: the message that tells of
 * the step also tells how many there were before (libsignal's {@code previous_counter}, the number of the last one).
 * Cobalt took the number of its own messages for it.
 */
@NullMarked
final class SkippedKeys {
    /** Chains that the other side has left, with the one that it leaves now; libsignal keeps as many (MAX_RECEIVER_CHAINS). */
    private static final int LEFT_CHAINS = 4;

    private static final byte[] MESSAGE_KEY = {1};
    private static final byte[] CHAIN_KEY = {2};

    private SkippedKeys() {}

    /** @throws IllegalArgumentException when more are missing than may be skipped */
    static void keep(SessionState state, SignalMessage message) {
        if (!state.hasChain(message.ephemeralPublicKey())) {
            state.findChain(state.lastRemoteEphemeralKey())
                    .filter(chain -> chain.key != null && message.previousCounter() != null)
                    .ifPresent(chain -> {
                        fill(chain, message.previousCounter());
                        makeRoom(state, chain);
                    });
        }
    }

    private static void fill(SessionChain chain, int last) {
        if ((long) last - chain.counter > SignalConstants.MAX_MESSAGES) {
            throw new IllegalArgumentException("too many messages are missing");
        }
        while (chain.counter < last) {
            chain.addMessageKey(chain.counter + 1, Hmac.calculateSha256(MESSAGE_KEY, chain.key));
            chain.key = Hmac.calculateSha256(CHAIN_KEY, chain.key);
            chain.counter++;
        }
    }

    /**
     * Bounds what is kept of messages that may never come. Only here it is known which chain was left last; the order of
     * the others is not kept.
     */
    private static void makeRoom(SessionState state, SessionChain leaving) {
        var hex = HexFormat.of();
        var current = Set.of(
                hex.formatHex(state.ephemeralKeyPair().signalPublicKey()),
                hex.formatHex(state.lastRemoteEphemeralKey()));
        var chains = 1;
        var keys = leaving.messageKeys.size();
        for (var left = state.chains.entrySet().iterator(); left.hasNext(); ) {
            var chain = left.next();
            if (!current.contains(chain.getKey())) {
                chains++;
                keys += chain.getValue().messageKeys.size();
                if (chains > LEFT_CHAINS || keys > SignalConstants.MAX_MESSAGES) {
                    left.remove();
                }
            }
        }
    }
}
