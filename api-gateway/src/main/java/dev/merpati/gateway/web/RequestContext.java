package dev.merpati.gateway.web;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Puts the thread-locals of a request in place where it logs or is observed: its id and its tenant's in the MDC, its observation. Reactor
 * could do so by itself, but then does it around every operator.
 */
public final class RequestContext {
    private static final ContextSnapshotFactory SNAPSHOTS =
            ContextSnapshotFactory.builder().build();

    private RequestContext() {}

    /** Calls the supplier for each subscriber, on the subscribing thread, with the thread-locals in place. */
    public static <T> Mono<T> within(Supplier<Mono<T>> code) {
        return Mono.deferContextual(context -> {
            try (ContextSnapshot.Scope _ = SNAPSHOTS.setThreadLocalsFrom(context)) {
                return code.get();
            }
        });
    }
}
