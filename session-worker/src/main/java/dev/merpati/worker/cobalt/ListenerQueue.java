package dev.merpati.worker.cobalt;

import dev.merpati.worker.cobalt.transport.SerialExecutor;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.ConnectionListener;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Calls a connection's listener: in order, one call at a time, and never after {@code closed}. What the listener has to take
 * comes on the threads of whoever waits for it, so that a listener that blocks on it delays no other event. Thread-safe.
 */
public final class ListenerQueue {
    private final SerialExecutor executor = new SerialExecutor("whatsapp-listener");
    private final ConnectionListener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean silenced;

    public ListenerQueue(ConnectionListener listener) {
        this.listener = listener;
    }

    public void call(Consumer<ConnectionListener> event) {
        executor.execute(() -> {
            if (!silenced) {
                event.accept(listener);
            }
        });
    }

    /**
     * Has the listener take something, on the calling thread and beside all other calls, and returns when it has.
     *
     * @throws RuntimeException when it has not, or when the connection is over
     */
    void take(Consumer<ConnectionListener> what) {
        if (silenced) {
            throw new IllegalStateException("the connection is over");
        }
        what.accept(listener);
    }

    /** Drops what has not been delivered yet; only {@code closed} still comes. */
    void silence() {
        silenced = true;
    }

    /** Makes the last call. */
    void close(CloseReason reason) {
        executor.execute(() -> {
            silenced = true;
            try {
                listener.closed(reason);
            } finally {
                closed.countDown();
            }
        });
    }

    /** Waits until {@code closed} has returned, or the time is up. */
    void awaitClosed(Duration time) {
        try {
            boolean _ = closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
