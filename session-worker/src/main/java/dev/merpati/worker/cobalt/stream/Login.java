package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.PreKeyStock;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import it.auties.whatsapp.util.SignalConstants;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What a device does between the server's {@code success} and its first message: only what the protocol needs. Cobalt
 * asks ten more questions, whose answers a gateway has no use for. Also keeps the server supplied with pre-keys, on
 * which others begin Signal sessions with this device while it is away. Blocks; for a thread of its own.
 */
final class Login {
    private static final int PRE_KEY_BATCH = 30;
    private static final int PRE_KEYS_KEPT = 10 * PRE_KEY_BATCH;

    private final IqClient iq;
    private final Keys keys;
    private final SignalKeyStore signalKeys;
    private final Supplier<CompletableFuture<Void>> save;
    private final AtomicBoolean replenishing = new AtomicBoolean();

    /** @param save stores the credentials; the future completes when they are stored */
    Login(IqClient iq, Keys keys, SignalKeyStore signalKeys, Supplier<CompletableFuture<Void>> save) {
        this.iq = iq;
        this.keys = keys;
        this.signalKeys = signalKeys;
        this.save = save;
    }

    /**
     * Returns whether all was done in time. From here on the stored credentials say that they are not settled, which
     * must be so before the first message leaves.
     */
    boolean complete(Deadline deadline) {
        boolean firstTime = !keys.registered();
        if (firstTime && !keys.hasPreKeys()) {
            signalKeys.change(() -> generatePreKeys(keys));
        }
        if (!save(deadline) || (firstTime && !uploadPreKeys(List.copyOf(keys.preKeys()), deadline))) {
            return false;
        }
        signalKeys.change(() -> keys.setRegistered(true));
        return iq.query("set", "passive", deadline, Node.of("active")) instanceof IqClient.Result;
    }

    /** Uploads more pre-keys because the server runs out of them. */
    void replenishPreKeys(Deadline deadline) {
        if (replenishing.compareAndSet(false, true)) {
            try {
                List<SignalPreKeyPair> batch = new ArrayList<>();
                if (signalKeys.change(() -> batch.addAll(generatePreKeys(keys))) && save(deadline)) {
                    uploadPreKeys(batch, deadline);
                }
            } finally {
                replenishing.set(false);
            }
        }
    }

    /** They must be stored before they are uploaded, or nobody could read what is sent on them. */
    static List<SignalPreKeyPair> generatePreKeys(Keys keys) {
        int first = keys.lastPreKeyId() + 1;
        List<SignalPreKeyPair> batch = IntStream.range(first, first + PRE_KEY_BATCH)
                .mapToObj(SignalPreKeyPair::random)
                .toList();
        batch.forEach(keys::addPreKey);
        PreKeyStock.keepNewest(keys, PRE_KEYS_KEPT);
        return batch;
    }

    private boolean uploadPreKeys(List<SignalPreKeyPair> batch, Deadline deadline) {
        return iq.query(
                        "set",
                        "encrypt",
                        deadline,
                        Node.of("registration", keys.encodedRegistrationId()),
                        Node.of("type", SignalConstants.KEY_BUNDLE_TYPE),
                        Node.of("identity", keys.identityKeyPair().publicKey()),
                        Node.of(
                                "list",
                                batch.stream().map(SignalPreKeyPair::toNode).toArray(Node[]::new)),
                        keys.signedKeyPair().toNode())
                instanceof IqClient.Result;
    }

    private boolean save(Deadline deadline) {
        try {
            save.get().get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
