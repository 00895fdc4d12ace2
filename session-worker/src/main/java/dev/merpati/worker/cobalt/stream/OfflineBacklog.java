package dev.merpati.worker.cobalt.stream;

import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Asks for what has waited for this device while it was away. The server announces a backlog, sends a handful of stanzas
 * and then nothing at all, live ones included, until it is asked for batches. As WhatsApp Web does, the next batch is
 * asked for shortly after the first stanza of the last one came (whatsapp-rust {@code client/offline_resume.rs}, which
 * cites WAWebOfflineHandler). Thread-safe.
 */
final class OfflineBacklog {
    private static final int BATCH = 200;
    private static final long PAUSE_MILLIS = 100;

    private final Consumer<Node> send;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean batchUnderWay = new AtomicBoolean();
    private volatile boolean waiting;

    /** @param send sends a stanza; may block */
    OfflineBacklog(Consumer<Node> send, ScheduledExecutorService timer) {
        this.send = send;
        this.timer = timer;
    }

    /** Takes {@code ib/offline_preview}. */
    void announced(Node preview) {
        if (preview.attributes().getInt("count") > 0) {
            waiting = true;
            batchUnderWay.set(true);
            ask();
        }
    }

    /** Sees each stanza; those of a backlog carry {@code offline}. */
    void stanza(Node stanza) {
        if (waiting && stanza.attributes().hasKey("offline") && batchUnderWay.compareAndSet(true, false)) {
            ScheduledFuture<?> _ = timer.schedule(
                    () -> Thread.ofVirtual().name("whatsapp-backlog").start(this::askAgain),
                    PAUSE_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Takes {@code ib/offline}: all of it has come. */
    void complete() {
        waiting = false;
    }

    private void askAgain() {
        if (waiting) {
            batchUnderWay.set(true);
            ask();
        }
    }

    private void ask() {
        send.accept(Node.of("ib", Node.of("offline_batch", Attributes.of().put("count", Integer.toString(BATCH)))));
    }
}
