package it.auties.whatsapp.model.signal.session;

import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/**
 * Takes from a session what Cobalt never removes: the keys of messages that were read, the chains of earlier ratchet
 * steps, and the states of earlier sessions. They are saved with the credentials, and grow with every message. What is
 * kept is enough to go on in both directions, and to read messages that come a little out of order.
 */
@NullMarked
public final class SessionTrim {
    private static final int CLOSED_STATES = 3;
    private static final int MESSAGE_KEYS = 20;

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
        var current = Set.of(
                hex.formatHex(state.ephemeralKeyPair().signalPublicKey()),
                hex.formatHex(state.lastRemoteEphemeralKey()));
        state.chains.keySet().retainAll(current);
        state.chains
                .values()
                .forEach(chain ->
                        chain.messageKeys.keySet().removeIf(counter -> counter <= chain.counter - MESSAGE_KEYS));
    }
}
