package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What a device does between the server's {@code success} and its first message: only what the protocol needs. Cobalt
 * asks ten more questions, whose answers a gateway has no use for. Blocks; for a thread of its own.
 */
final class Login {
    private final IqClient iq;
    private final SignalKeyStore signalKeys;
    private final PreKeyUpkeep preKeys;
    private final Supplier<CompletableFuture<Void>> save;

    /** @param save stores the credentials; the future completes when they are stored */
    Login(IqClient iq, SignalKeyStore signalKeys, PreKeyUpkeep preKeys, Supplier<CompletableFuture<Void>> save) {
        this.iq = iq;
        this.signalKeys = signalKeys;
        this.preKeys = preKeys;
        this.save = save;
    }

    /**
     * Returns whether all was done in time. From here on the stored credentials say that they are not settled, which
     * must be so before the first message leaves.
     */
    boolean complete(Deadline deadline) {
        boolean firstTime = !signalKeys.read(Keys::registered);
        if (!save(deadline) || (!preKeys.supply(deadline) && firstTime)) {
            return false;
        }
        if (firstTime) {
            // Stored, so that lost pre-keys are not taken for ones that were never made.
            boolean _ = signalKeys.change(() -> signalKeys.read(keys -> keys.setRegistered(true)));
            if (!save(deadline)) {
                return false;
            }
        }
        return iq.query("set", "passive", deadline, Node.of("active")) instanceof IqClient.Result;
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
