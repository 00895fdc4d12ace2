package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.whatsapp.CloseReason;
import it.auties.whatsapp.model.node.Node;
import java.util.Optional;

/**
 * What the server means when it ends a connection. Only a refused login condemns credentials, and the unlinking that
 * WhatsApp announces as {@code device_removed}: any other stream error may be a passing trouble of the server, and if it
 * was not, the next login tells.
 *
 * <p>The codes are those that WhatsApp Web and the open clients whatsmeow and Baileys know.
 */
final class CloseReasons {
    private CloseReasons() {}

    /** Of {@code <failure reason="...">}, the refusal of a login. */
    static CloseReason loginRefused(int reason) {
        return switch (reason) {
            case 401, 406 -> CloseReason.LOGGED_OUT;
            case 403 -> CloseReason.BANNED;
            case 402, 429 -> CloseReason.RATE_LIMITED;
            case 405, 409 -> CloseReason.CLIENT_OUTDATED;
            default -> CloseReason.UNAVAILABLE;
        };
    }

    /** Of {@code <failure reason="...">} to a device that is not linked yet. */
    static CloseReason linkingRefused(int reason) {
        return switch (loginRefused(reason)) {
            case LOGGED_OUT, BANNED -> CloseReason.LINKING_REFUSED;
            case CloseReason other -> other;
        };
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
