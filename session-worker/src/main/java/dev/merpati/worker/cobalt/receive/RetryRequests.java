package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.whatsapp.SessionRecords;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentitySpec;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import it.auties.whatsapp.util.SignalConstants;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the sender for a message again that could not be decrypted, at most five times over all connections, from the
 * second time on with keys for a new Signal session (whatsmeow {@code sendRetryReceipt}). Blocks.
 */
final class RetryRequests {
    private static final int MOST = 5;
    private static final int REMEMBERED = 1_000;
    private static final String RECORD = "retry:";

    private final StanzaReplies replies;
    private final SignalKeyStore signalKeys;
    private final SessionRecords records;
    private final Supplier<CompletableFuture<Void>> save;
    /** On this connection. */
    private final Set<String> asked = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** @param save stores the keys; the future completes when they are stored */
    RetryRequests(
            StanzaReplies replies,
            SignalKeyStore signalKeys,
            SessionRecords records,
            Supplier<CompletableFuture<Void>> save) {
        this.replies = replies;
        this.signalKeys = signalKeys;
        this.records = records;
        this.save = save;
    }

    /**
     * Asks once more.
     *
     * @return false when it was asked for often enough, and is not any more
     * @throws RuntimeException when it cannot be stored that it was asked for
     */
    boolean ask(Envelope envelope, Node enc) {
        int count = Math.max(asked(envelope), enc.attributes().getInt("count")) + 1;
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
        records.save(Map.of(RECORD + name(envelope), new byte[] {(byte) count}));
        asked.add(name(envelope));
        replies.receipt(envelope.stanza(), "retry", content.toArray(Node[]::new));
        return true;
    }

    /** The message has come: forgets how often it was asked for. Looks only where it may have been. */
    void settled(Envelope envelope, Node enc) {
        String name = name(envelope);
        if ((asked.remove(name) || enc.attributes().hasKey("count")) && asked(envelope) > 0) {
            records.save(Collections.singletonMap(RECORD + name, null));
        }
    }

    private int asked(Envelope envelope) {
        String name = RECORD + name(envelope);
        byte @Nullable [] stored = records.load(List.of(name)).get(name);
        return stored == null || stored.length != 1 ? 0 : stored[0];
    }

    private static String name(Envelope envelope) {
        return envelope.sender().user() + ":" + envelope.id();
    }

    /** A bundle with a one-time key of its own, which is stored before it is given away. */
    private @Nullable Node keys() {
        AtomicReference<SignalPreKeyPair> preKey = new AtomicReference<>();
        boolean changed = signalKeys.change(() -> {
            SignalPreKeyPair fresh = signalKeys.read(keys -> SignalPreKeyPair.random(keys.lastPreKeyId() + 1));
            signalKeys.read(keys -> keys.addPreKey(fresh));
            preKey.set(fresh);
        });
        if (!changed) {
            return null;
        }
        try {
            save.get().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the keys are not stored", e);
        }
        return signalKeys.read(keys -> {
            List<Node> content = new ArrayList<>(List.of(
                    Node.of("type", SignalConstants.KEY_BUNDLE_TYPE),
                    Node.of("identity", keys.identityKeyPair().publicKey()),
                    preKey.get().toNode(),
                    keys.signedKeyPair().toNode()));
            keys.companionIdentity()
                    .map(SignedDeviceIdentitySpec::encode)
                    .ifPresent(identity -> content.add(Node.of("device-identity", identity)));
            return Node.of("keys", content.toArray(Node[]::new));
        });
    }
}
