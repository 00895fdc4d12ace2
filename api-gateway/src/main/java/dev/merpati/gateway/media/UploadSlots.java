package dev.merpati.gateway.media;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.limits.FairShare;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Lets so many uploads be read at once, and lets others wait, unread and in order. Slots and waiting places are shared fairly
 * ({@link FairShare}), so that one tenant with many uploads, or slow ones, never has them all while there are two, and a
 * tenant with few comes before one with many. Thread-safe, never blocks.
 */
final class UploadSlots {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final FairShare slots;
    private final FairShare places;
    private final Duration maxWait;
    private final UploadMetrics metrics;

    private final List<Turn> waiting = new ArrayList<>();

    UploadSlots(int slots, int maxWaiting, Duration maxWait, UploadMetrics metrics) {
        this.slots = new FairShare(slots);
        this.places = new FairShare(maxWaiting);
        this.maxWait = maxWait;
        this.metrics = metrics;
        metrics.show(this::inUse, this::waiting);
    }

    /**
     * Runs the upload when it is its turn. When that takes too long, an error: of 429 when the tenant's own uploads are in its
     * way, of 503 when others' are.
     */
    <T> Mono<T> inTurn(String tenantId, Mono<T> upload) {
        return Mono.usingWhen(turn(tenantId), turn -> upload, turn -> Mono.fromRunnable(() -> giveBack(turn)));
    }

    int inUse() {
        return (int) slots.held();
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
            if (turn.isGivenUp) {
                return;
            }
            granted = grant(turn);
            if (!granted && places.take(turn.tenantId, 1)) {
                waiting.add(turn);
                turn.expiry =
                        Schedulers.parallel().schedule(() -> expire(turn), maxWait.toNanos(), TimeUnit.NANOSECONDS);
                return;
            }
        }
        if (granted) {
            turn.sink.success(turn);
        } else {
            refuse(turn, slots.heldBy(turn.tenantId) + places.heldBy(turn.tenantId));
        }
    }

    private void expire(Turn turn) {
        boolean wasWaiting;
        synchronized (this) {
            wasWaiting = leaveQueue(turn);
        }
        if (wasWaiting) {
            refuse(turn, slots.heldBy(turn.tenantId));
        }
    }

    /** @param mine how many uploads of its own tenant are in its way */
    private void refuse(Turn turn, long mine) {
        metrics.refused(mine > 0 ? UploadMetrics.Refusal.TENANT_BUSY : UploadMetrics.Refusal.BUSY);
        turn.sink.error((mine > 0 ? tooMany(mine) : busy()).exception());
    }

    /** The client hung up, perhaps just when it was its turn, or before it began to wait. */
    private void giveUp(Turn turn) {
        boolean wasWaiting;
        synchronized (this) {
            turn.isGivenUp = true;
            wasWaiting = leaveQueue(turn);
        }
        if (wasWaiting) {
            turn.stopClock();
        } else {
            giveBack(turn);
        }
    }

    private void giveBack(Turn turn) {
        List<Turn> next = new ArrayList<>();
        synchronized (this) {
            if (!turn.granted) {
                return;
            }
            turn.granted = false;
            slots.giveBack(turn.tenantId, 1);
            // A slot more that is free is more than one turn when it raises the share of several tenants.
            for (Turn candidate = nextInQueue(); candidate != null; candidate = nextInQueue()) {
                leaveQueue(candidate);
                grant(candidate);
                next.add(candidate);
            }
        }
        for (Turn granted : next) {
            granted.stopClock();
            granted.sink.success(granted);
        }
    }

    /** The one that has waited longest of those that may have another slot; that is a tenant with few sooner than one with many. */
    private @Nullable Turn nextInQueue() {
        return waiting.stream()
                .filter(candidate -> slots.has(candidate.tenantId, 1))
                .findFirst()
                .orElse(null);
    }

    private boolean leaveQueue(Turn turn) {
        boolean waited = waiting.remove(turn);
        if (waited) {
            places.giveBack(turn.tenantId, 1);
        }
        return waited;
    }

    private boolean grant(Turn turn) {
        turn.granted = slots.take(turn.tenantId, 1);
        return turn.granted;
    }

    private static ApiError tooMany(long mine) {
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_uploads",
                        "You have " + mine + " uploads that are not read to their end; nothing was sent."
                                + " Wait for their answers before you begin more")
                .retryAfter(RETRY);
    }

    private static ApiError busy() {
        return Errors.unavailable("Too many files are being uploaded; nothing was sent. Try again");
    }

    /** One upload's place in the queue, and then its slot. Guarded by the lock of the slots. */
    private static final class Turn {
        private final String tenantId;
        private final MonoSink<Turn> sink;
        private boolean granted;
        private boolean isGivenUp;
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
