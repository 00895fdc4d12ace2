package dev.merpati.worker.cobalt;

import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What a device does between the server's welcome and its first message: only what the protocol needs. Cobalt asks ten
 * more questions, whose answers a gateway has no use for. Blocks; for a thread of its own.
 */
final class Login {
    private final Queries queries;
    private final Keys keys;
    private final Ratchets ratchets;
    private final Supplier<CompletableFuture<Void>> save;
    private final AtomicBoolean uploading = new AtomicBoolean();

    Login(Queries queries, Keys keys, Ratchets ratchets, Supplier<CompletableFuture<Void>> save) {
        this.queries = queries;
        this.keys = keys;
        this.ratchets = ratchets;
        this.save = save;
    }

    /**
     * Returns whether all was done in time. The stored credentials say from here on that they are not settled, since
     * that must be so before the first message leaves.
     */
    boolean complete(Deadline deadline) {
        boolean firstTime = !keys.registered();
        if (firstTime && !keys.hasPreKeys()) {
            ratchets.change(() -> PreKeys.generate(keys));
        }
        if (!saved(deadline) || (firstTime && !upload(List.copyOf(keys.preKeys()), deadline))) {
            return false;
        }
        ratchets.change(() -> keys.setRegistered(true));
        return queries.ask("set", "passive", deadline, Node.of("active")) instanceof Answer.Result;
    }

    /** The server runs out of one-time keys. */
    void replenish(Deadline deadline) {
        if (uploading.compareAndSet(false, true)) {
            try {
                var batch = new ArrayList<SignalPreKeyPair>();
                if (ratchets.change(() -> batch.addAll(PreKeys.generate(keys))) && saved(deadline)) {
                    upload(batch, deadline);
                }
            } finally {
                uploading.set(false);
            }
        }
    }

    private boolean upload(List<SignalPreKeyPair> batch, Deadline deadline) {
        return PreKeys.upload(queries, keys, batch, deadline) instanceof Answer.Result;
    }

    private boolean saved(Deadline deadline) {
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
