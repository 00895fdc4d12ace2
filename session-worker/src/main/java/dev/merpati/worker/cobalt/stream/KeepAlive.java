package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.cobalt.engine.StanzaChannel;
import dev.merpati.worker.cobalt.query.IqClient;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Detects a dead connection: pings the server when it has been silent. Thread-safe. */
final class KeepAlive {
    private final StanzaChannel channel;
    private final ScheduledExecutorService timer;
    private final Duration keepAlive;
    private final Duration answer;
    private final Runnable dead;
    private volatile long lastSign = System.nanoTime();
    private @Nullable ScheduledFuture<?> next;
    private boolean over;

    KeepAlive(
            StanzaChannel channel, ScheduledExecutorService timer, Duration keepAlive, Duration answer, Runnable dead) {
        this.channel = channel;
        this.timer = timer;
        this.keepAlive = keepAlive;
        this.answer = answer;
        this.dead = dead;
    }

    /** The server said something. */
    void sign() {
        lastSign = System.nanoTime();
    }

    void begin() {
        schedule(this::check, keepAlive.toNanos());
    }

    synchronized void end() {
        over = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    private void check() {
        long silent = System.nanoTime() - lastSign;
        if (silent < keepAlive.toNanos()) {
            schedule(this::check, keepAlive.toNanos() - silent);
            return;
        }
        long asked = System.nanoTime();
        Thread.ofVirtual().start(() -> {
            CompletableFuture<Node> _ = channel.request(IqClient.iq("get", "w:p", Node.of("ping")));
        });
        schedule(() -> judge(asked), answer.toNanos());
    }

    private void judge(long asked) {
        if (lastSign - asked < 0) {
            dead.run();
        } else {
            check();
        }
    }

    private synchronized void schedule(Runnable task, long nanos) {
        if (!over) {
            next = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
        }
    }
}
