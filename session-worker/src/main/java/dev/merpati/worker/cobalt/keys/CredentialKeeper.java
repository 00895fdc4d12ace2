package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.cobalt.ListenerQueue;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.Credentials;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves credentials through the listener: changes together, one delay after the first of them, and again, soon, for as
 * long as it fails. Thread-safe.
 */
public final class CredentialKeeper {
    private static final Logger log = LoggerFactory.getLogger(CredentialKeeper.class);

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(1);

    private final ListenerQueue listenerQueue;
    private final ScheduledExecutorService timer;
    private final Duration delay;
    private final Duration retry;
    private final Function<Boolean, Credentials> encoder;
    private final AtomicBoolean due = new AtomicBoolean();

    /** @param encoder makes the credentials, given whether they are settled */
    public CredentialKeeper(
            ListenerQueue listenerQueue,
            ScheduledExecutorService timer,
            Duration delay,
            Function<Boolean, Credentials> encoder) {
        this.listenerQueue = listenerQueue;
        this.timer = timer;
        this.delay = delay;
        this.retry = delay.compareTo(LONGEST_RETRY) < 0 ? delay : LONGEST_RETRY;
        this.encoder = encoder;
    }

    public void changed() {
        saveAfter(delay);
    }

    private void saveAfter(Duration time) {
        if (due.compareAndSet(false, true)) {
            ScheduledFuture<?> _ =
                    timer.schedule(() -> listenerQueue.call(this::saveIfDue), time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Saves at once; the future completes when they are stored, however often it takes. */
    public CompletableFuture<Void> save() {
        CompletableFuture<Void> saved = new CompletableFuture<>();
        saveUntilDone(saved);
        return saved;
    }

    /** The last time: nothing changes any more. */
    public void settle(ConnectionListener listener) {
        boolean _ = save(listener, true);
    }

    private void saveUntilDone(CompletableFuture<Void> saved) {
        listenerQueue.call(listener -> {
            if (save(listener, false)) {
                saved.complete(null);
            } else {
                ScheduledFuture<?> _ =
                        timer.schedule(() -> saveUntilDone(saved), retry.toNanos(), TimeUnit.NANOSECONDS);
            }
        });
    }

    private void saveIfDue(ConnectionListener listener) {
        if (due.getAndSet(false) && !save(listener, false)) {
            saveAfter(retry);
        }
    }

    private boolean save(ConnectionListener listener, boolean settled) {
        due.set(false);
        try {
            listener.saveCredentials(encoder.apply(settled));
            return true;
        } catch (RuntimeException e) {
            log.debug("Credentials were not saved: {}", e.toString());
            return false;
        }
    }
}
