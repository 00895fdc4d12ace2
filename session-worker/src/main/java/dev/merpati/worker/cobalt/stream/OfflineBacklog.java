package dev.merpati.worker.cobalt.stream;

import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Asks for what has waited for this device while it was away. The server announces a backlog, sends a handful of stanzas
 * and then nothing at all, live ones included, until it is asked for batches. As WhatsApp Web does, the next batch is
 * asked for shortly after the first stanza of the last one came (whatsapp-rust {@code client/offline_resume.rs}, which
 * cites WAWebOfflineHandler); not while too much of it waits to be handled. Thread-safe.
 */
final class OfflineBacklog {
    private static final int BATCH = 200;
    private static final long PAUSE_MILLIS = 100;

    private final Consumer<Node> send;
    private final ScheduledExecutorService timer;
    private final BooleanSupplier room;
    private final AtomicBoolean batchUnderWay = new AtomicBoolean();
    private volatile boolean waiting;

    /**
     * @param send sends a stanza; may block
     * @param room whether another batch can be handled
     */
    OfflineBacklog(Consumer<Node> send, ScheduledExecutorService timer, BooleanSupplier room) {
        this.send = send;
        this.timer = timer;
        this.room = room;
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
            askLater();
        }
    }

    private void askLater() {
        ScheduledFuture<?> _ = timer.schedule(
                () -> Thread.ofVirtual().name("whatsapp-backlog").start(this::askAgain),
                PAUSE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Takes {@code ib/offline}: all of it has come. */
    void complete() {
        waiting = false;
    }

    private void askAgain() {
        if (waiting && !room.getAsBoolean()) {
            askLater();
        } else if (waiting) {
            batchUnderWay.set(true);
            ask();
        }
    }

    /** The connection is over. */
    void close() {
        waiting = false;
    }

    private void ask() {
        send.accept(Node.of("ib", Node.of("offline_batch", Attributes.of().put("count", Integer.toString(BATCH)))));
    }
}
