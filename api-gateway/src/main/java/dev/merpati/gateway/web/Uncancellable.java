package dev.merpati.gateway.web;

import reactor.core.publisher.Mono;

/** Work that has several steps and must not stop between two of them because its client has hung up. */
public final class Uncancellable {
    private Uncancellable() {}

    /** Runs to its end once subscribed to; a cancellation only means that nobody learns of the end. */
    public static <T> Mono<T> of(Mono<T> work) {
        return Mono.deferContextual(
                context -> Mono.fromFuture(() -> work.contextWrite(context).toFuture(), true));
    }
}
