package it.auties.whatsapp.model.signal.session;

import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/**
 * Takes from a session what Cobalt never removes: the keys of messages that were read, the chains of earlier ratchet
 * steps that have no keys left, and the states of earlier sessions. They are saved with the credentials, and grow with
 * every message. What is kept is enough to go on in both directions, and to read messages that come out of order.
 * {@link SkippedKeys} bounds the chains that have keys.
 */
@NullMarked
public final class SessionTrim {
    private static final int CLOSED_STATES = 3;

    /** Of messages that were sent. */
    private static final int SENT_KEYS = 20;

    /** Of messages that have not come yet: as many as may be skipped. The keys of those that were read are gone already. */
    private static final int SKIPPED_KEYS = 2_000;

    private SessionTrim() {}

    /** To be called while nobody uses the session. */
    public static void trim(Session session) {
        session.states.forEach(SessionTrim::trim);
        session.states.stream()
                .filter(SessionState::closed)
                .skip(CLOSED_STATES)
                .toList()
                .forEach(session.states::remove);
    }

    private static void trim(SessionState state) {
        var hex = HexFormat.of();
        var own = hex.formatHex(state.ephemeralKeyPair().signalPublicKey());
        var current = Set.of(own, hex.formatHex(state.lastRemoteEphemeralKey()));
        state.chains.forEach((key, chain) -> {
            var kept = key.equals(own) ? SENT_KEYS : SKIPPED_KEYS;
            chain.messageKeys.keySet().removeIf(counter -> counter <= chain.counter - kept);
        });
        state.chains
                .entrySet()
                .removeIf(chain -> !current.contains(chain.getKey())
                        && chain.getValue().messageKeys.isEmpty());
    }
}
