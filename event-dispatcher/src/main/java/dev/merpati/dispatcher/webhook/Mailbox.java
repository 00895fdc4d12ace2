package dev.merpati.dispatcher.webhook;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what concerns one webhook one after the other, and something more after each batch. Thread-safe. */
final class Mailbox {
    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

    /** So that what comes without end is acted on nevertheless. */
    private static final int BATCH = 128;

    private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean();
    private final Executor executor;
    private final Runnable afterwards;

    Mailbox(Executor executor, Runnable afterwards) {
        this.executor = executor;
        this.afterwards = afterwards;
    }

    void post(Runnable message) {
        messages.add(message);
        if (running.compareAndSet(false, true)) {
            executor.execute(this::run);
        }
    }

    private void run() {
        try {
            for (int i = 0; i < BATCH; i++) {
                Runnable message = messages.poll();
                if (message == null) {
                    break;
                }
                guarded(message);
            }
            guarded(afterwards);
        } finally {
            running.set(false);
        }
        // What came after the last look found somebody running.
        if (!messages.isEmpty() && running.compareAndSet(false, true)) {
            executor.execute(this::run);
        }
    }

    private static void guarded(Runnable message) {
        try {
            message.run();
        } catch (RuntimeException e) {
            log.error("A defect in the delivery of a webhook", e);
        }
    }
}
