package dev.merpati.gateway.media;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Tells when a client has sent nothing for too long although it was asked to. Reactor's own timeout also runs while nobody
 * asks, and so would blame the client for a media store that does not keep up.
 */
final class IdleTimeout {
    private static final int CHECKS_PER_TIMEOUT = 4;

    private final Duration timeout;
    private long wanted;
    private long waitingSince = System.nanoTime();

    IdleTimeout(Duration timeout) {
        this.timeout = timeout;
    }

    synchronized void asked(long more) {
        if (wanted == 0) {
            waitingSince = System.nanoTime();
        }
        wanted = Operators.addCap(wanted, more);
    }

    synchronized void received() {
        waitingSince = System.nanoTime();
        if (wanted < Long.MAX_VALUE) {
            wanted--;
        }
    }

    /** Never emits; an error of {@link TimeoutException} once the client has stalled. */
    Flux<Object> stalled() {
        return Flux.interval(timeout.dividedBy(CHECKS_PER_TIMEOUT))
                .onBackpressureDrop()
                .concatMap(tick -> hasStalled() ? Mono.error(new TimeoutException("the client stalls")) : Mono.empty());
    }

    private synchronized boolean hasStalled() {
        return wanted > 0 && System.nanoTime() - waitingSince > timeout.toNanos();
    }
}
