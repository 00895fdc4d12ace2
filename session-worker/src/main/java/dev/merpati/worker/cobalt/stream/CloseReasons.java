package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.whatsapp.CloseReason;
import it.auties.whatsapp.model.node.Node;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the server means when it ends a connection. Only a refused login condemns credentials, and the unlinking that
 * WhatsApp announces as {@code device_removed}: any other stream error may be a passing trouble of the server, and if it
 * was not, the next login tells.
 *
 * <p>The codes are those of WhatsApp Web, as whatsmeow ({@code events.go}) and zapo ({@code stream.ts}) name them.
 */
final class CloseReasons {
    /** Of a year, in seconds: a number that is none must not become a time that is none. */
    private static final long LONGEST_RESTRICTION = 365L * 24 * 60 * 60;

    private CloseReasons() {}

    /** Of {@code <failure reason="...">}, the refusal of a login. */
    static CloseReason loginRefused(int reason) {
        return switch (reason) {
            case 401 -> CloseReason.LOGGED_OUT;
            case 402 -> CloseReason.RESTRICTED;
            case 403 -> CloseReason.LOCKED;
            case 406 -> CloseReason.BANNED;
            case 429 -> CloseReason.RATE_LIMITED;
            case 405, 409 -> CloseReason.CLIENT_OUTDATED;
            default -> CloseReason.UNAVAILABLE;
        };
    }

    /** Of {@code <failure reason="...">} to a device that is not linked yet. */
    static CloseReason linkingRefused(int reason) {
        return switch (loginRefused(reason)) {
            case LOGGED_OUT, BANNED, LOCKED -> CloseReason.LINKING_REFUSED;
            case CloseReason other -> other;
        };
    }

    /** When a {@code failure} that is a passing ban ends, of which it says in how many seconds. */
    static Optional<Instant> restrictedUntil(Node failure, Instant now) {
        OptionalLong seconds = failure.attributes().getOptionalLong("expire");
        return seconds.isPresent() && seconds.getAsLong() > 0
                ? Optional.of(now.plusSeconds(Math.min(seconds.getAsLong(), LONGEST_RESTRICTION)))
                : Optional.empty();
    }

    /** Of {@code <stream:error>}. */
    static CloseReason streamError(Node error) {
        Optional<Node> conflict = error.findChild("conflict");
        if (conflict.isPresent()
                && "replaced".equals(conflict.get().attributes().getNullableString("type"))) {
            return CloseReason.REPLACED;
        }
        return switch (error.attributes().getInt("code")) {
            case 401 -> CloseReason.LOGGED_OUT;
            case 409 -> CloseReason.REPLACED;
            case RESTART -> CloseReason.NETWORK;
            default -> CloseReason.UNAVAILABLE;
        };
    }

    /** The stream error that ends every pairing, and now and then a connection: connect again at once. */
    static boolean asksForRestart(Node error) {
        return error.attributes().getInt("code") == RESTART;
    }

    private static final int RESTART = 515;
}
