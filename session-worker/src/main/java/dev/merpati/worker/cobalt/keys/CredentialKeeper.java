package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.cobalt.ListenerQueue;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.Credentials;
import it.auties.whatsapp.controller.Keys;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the device's keys through the listener, together with whatever records have changed, and again, soon, for as long
 * as it fails. Thread-safe.
 */
public final class CredentialKeeper {
    private static final Logger log = LoggerFactory.getLogger(CredentialKeeper.class);

    private final ListenerQueue listenerQueue;
    private final ScheduledExecutorService timer;
    private final Duration retry;
    private final SignalKeyStore signalKeys;
    private final Function<Keys, Credentials> encoder;

    /** @param encoder makes the credentials of the keys */
    public CredentialKeeper(
            ListenerQueue listenerQueue,
            ScheduledExecutorService timer,
            Duration retry,
            SignalKeyStore signalKeys,
            Function<Keys, Credentials> encoder) {
        this.listenerQueue = listenerQueue;
        this.timer = timer;
        this.retry = retry;
        this.signalKeys = signalKeys;
        this.encoder = encoder;
    }

    /** Saves at once; the future completes when they are stored, however often it takes. */
    public CompletableFuture<Void> save() {
        CompletableFuture<Void> saved = new CompletableFuture<>();
        saveUntilDone(saved);
        return saved;
    }

    private void saveUntilDone(CompletableFuture<Void> saved) {
        listenerQueue.call(listener -> {
            if (save(listener)) {
                saved.complete(null);
            } else {
                ScheduledFuture<?> _ =
                        timer.schedule(() -> saveUntilDone(saved), retry.toNanos(), TimeUnit.NANOSECONDS);
            }
        });
    }

    private boolean save(ConnectionListener listener) {
        try {
            signalKeys.save(encoder, listener::saveCredentials);
            return true;
        } catch (RuntimeException e) {
            log.debug("Credentials were not saved: {}", e.toString());
            return false;
        }
    }
}
