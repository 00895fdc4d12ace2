package dev.merpati.worker.cobalt;

import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.IncomingMessage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Calls a connection's listener: in order, one call at a time, and never after {@code closed}. Receipts have a queue of
 * their own, which is bounded, so that a listener that blocks on one delays no other event. Thread-safe.
 */
public final class ListenerQueue {
    private final SerialExecutor executor = new SerialExecutor("whatsapp-listener");
    private static final int MOST_RECEIPTS = 1_000;

    private final SerialExecutor receipts = new SerialExecutor("whatsapp-receipts");
    private final AtomicInteger waitingReceipts = new AtomicInteger();
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

    /** Passes a receipt on, or drops it while too many wait: a status is worth less than memory. */
    void receipt(String messageId, Receipt receipt) {
        if (waitingReceipts.incrementAndGet() > MOST_RECEIPTS) {
            waitingReceipts.decrementAndGet();
            return;
        }
        receipts.execute(() -> {
            waitingReceipts.decrementAndGet();
            if (!silenced) {
                listener.receipt(messageId, receipt);
            }
        });
    }

    /**
     * Has the listener take a message, on the calling thread, and returns when it has.
     *
     * @throws RuntimeException when it has not, or when the connection is over
     */
    void message(IncomingMessage message) {
        if (silenced) {
            throw new IllegalStateException("the connection is over");
        }
        listener.message(message);
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
