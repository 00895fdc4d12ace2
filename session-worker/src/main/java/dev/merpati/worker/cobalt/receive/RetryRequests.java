package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentitySpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the sender for a message again that could not be decrypted, at most five times over all connections, from the
 * second time on with keys for a new Signal session (whatsmeow {@code sendRetryReceipt}). Blocks.
 */
final class RetryRequests {
    private static final int MOST = 5;
    /** Real ones have 40 characters at most; the sender chooses. */
    private static final int LONGEST_NAME = 128;

    private final StanzaReplies replies;
    private final SignalKeyStore signalKeys;
    private final RetryCounts counts;

    RetryRequests(StanzaReplies replies, SignalKeyStore signalKeys, RetryCounts counts) {
        this.replies = replies;
        this.signalKeys = signalKeys;
        this.counts = counts;
    }

    /**
     * Asks once more.
     *
     * @return false when it was asked for often enough, and is not any more
     * @throws RuntimeException when it cannot be stored that it was asked for
     */
    boolean ask(Envelope envelope, Node enc) {
        int count = Math.max(counts.of(name(envelope)), enc.attributes().getInt("count")) + 1;
        if (count > MOST) {
            return false;
        }
        List<Node> content = new ArrayList<>();
        Attributes retry = Attributes.of()
                .put("count", Integer.toString(count))
                .put("id", envelope.id())
                .put("t", Long.toString(envelope.sentAt().getEpochSecond()))
                .put("v", "1");
        content.add(Node.of("retry", retry));
        content.add(Node.of("registration", signalKeys.read(Keys::encodedRegistrationId)));
        if (count > 1) {
            Node keys = keys();
            if (keys == null) {
                return true; // The connection is ending: the message comes again on the next.
            }
            content.add(keys);
        }
        counts.set(name(envelope), count);
        replies.receipt(envelope.stanza(), "retry", content.toArray(Node[]::new));
        return true;
    }

    /** The message has come: forgets how often it was asked for. */
    void settled(Envelope envelope) {
        counts.remove(name(envelope));
    }

    private static String name(Envelope envelope) {
        String name = envelope.sender().user() + ":" + envelope.id();
        return name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }

    /** A bundle with a one-time key of its own, which is stored before it is given away; null when the connection is ending. */
    private @Nullable Node keys() {
        List<Node> content = new ArrayList<>(signalKeys.preKeys().bundle().orElse(List.of()));
        if (content.isEmpty()) {
            return null;
        }
        signalKeys
                .read(Keys::companionIdentity)
                .map(SignedDeviceIdentitySpec::encode)
                .ifPresent(identity -> content.add(Node.of("device-identity", identity)));
        return Node.of("keys", content.toArray(Node[]::new));
    }
}
