package dev.merpati.gateway.media;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Lets so many uploads be read at once, and lets others wait, unread and in order. The next turn goes to the tenant that has
 * the fewest, so that one with many uploads, or slow ones, does not keep the others out. Thread-safe, never blocks.
 */
final class UploadSlots {
    private final int slots;
    private final int maxWaiting;
    private final Duration maxWait;
    private final UploadMetrics metrics;

    private final Map<String, Integer> inUseByTenant = new HashMap<>();
    private final List<Turn> waiting = new ArrayList<>();
    private int inUse;

    UploadSlots(int slots, int maxWaiting, Duration maxWait, UploadMetrics metrics) {
        this.slots = slots;
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
        this.metrics = metrics;
        metrics.show(this::inUse, this::waiting);
    }

    /** Runs the upload when it is its turn; an error of 503 when that takes too long. */
    <T> Mono<T> inTurn(String tenantId, Mono<T> upload) {
        return Mono.usingWhen(turn(tenantId), turn -> upload, turn -> Mono.fromRunnable(() -> giveBack(turn)));
    }

    synchronized int inUse() {
        return inUse;
    }

    synchronized int waiting() {
        return waiting.size();
    }

    private Mono<Turn> turn(String tenantId) {
        return Mono.create(sink -> {
            Turn turn = new Turn(tenantId, sink);
            sink.onCancel(() -> giveUp(turn));
            begin(turn);
        });
    }

    private void begin(Turn turn) {
        boolean granted;
        synchronized (this) {
            granted = inUse < slots;
            if (granted) {
                grant(turn);
            } else if (waiting.size() < maxWaiting) {
                waiting.add(turn);
                turn.expiry =
                        Schedulers.parallel().schedule(() -> expire(turn), maxWait.toNanos(), TimeUnit.NANOSECONDS);
                return;
            }
        }
        if (granted) {
            turn.sink.success(turn);
        } else {
            refuse(turn);
        }
    }

    private void expire(Turn turn) {
        boolean wasWaiting;
        synchronized (this) {
            wasWaiting = waiting.remove(turn);
        }
        if (wasWaiting) {
            refuse(turn);
        }
    }

    private void refuse(Turn turn) {
        metrics.refused(UploadMetrics.Refusal.BUSY);
        turn.sink.error(busy().exception());
    }

    /** The client hung up, perhaps just when it was its turn. */
    private void giveUp(Turn turn) {
        boolean wasWaiting;
        synchronized (this) {
            wasWaiting = waiting.remove(turn);
        }
        if (wasWaiting) {
            turn.stopClock();
        } else {
            giveBack(turn);
        }
    }

    private void giveBack(Turn turn) {
        Turn next;
        synchronized (this) {
            if (!turn.granted) {
                return;
            }
            turn.granted = false;
            inUse--;
            inUseByTenant.merge(turn.tenantId, -1, (held, less) -> held + less == 0 ? null : held + less);
            next = waiting.stream()
                    .min(Comparator.comparingInt(candidate -> inUseByTenant.getOrDefault(candidate.tenantId, 0)))
                    .orElse(null);
            if (next != null) {
                waiting.remove(next);
                grant(next);
            }
        }
        if (next != null) {
            next.stopClock();
            next.sink.success(next);
        }
    }

    private void grant(Turn turn) {
        turn.granted = true;
        inUse++;
        inUseByTenant.merge(turn.tenantId, 1, Integer::sum);
    }

    private static ApiError busy() {
        return Errors.unavailable("Too many files are being uploaded; nothing was sent. Try again");
    }

    /** One upload's place in the queue, and then its slot. Guarded by the lock of the slots. */
    private static final class Turn {
        private final String tenantId;
        private final MonoSink<Turn> sink;
        private boolean granted;
        private volatile @Nullable Disposable expiry;

        Turn(String tenantId, MonoSink<Turn> sink) {
            this.tenantId = tenantId;
            this.sink = sink;
        }

        void stopClock() {
            Disposable clock = expiry;
            if (clock != null) {
                clock.dispose();
            }
        }
    }
}
