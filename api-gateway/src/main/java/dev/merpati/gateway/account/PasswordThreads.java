package dev.merpati.gateway.account;

import dev.merpati.gateway.error.Errors;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Runs what is done with passwords, off the event loops: a few at a time, since a hash takes 19 MiB and some 50 ms of a core,
 * and not more waiting than are answered in good time. Beyond that a request ends in 503. Thread-safe.
 */
@Component
class PasswordThreads {
    private final ThreadPoolExecutor threads;
    private final Counter refused;

    PasswordThreads(AccountSettings settings, MeterRegistry metrics) {
        AccountSettings.Hashing hashing = settings.hashing();
        BlockingQueue<Runnable> waiting =
                hashing.waiting() == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(hashing.waiting());
        this.threads = new ThreadPoolExecutor(
                hashing.threads(),
                hashing.threads(),
                1,
                TimeUnit.MINUTES,
                waiting,
                Thread.ofPlatform().daemon().name("password-hash-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        this.refused = Counter.builder("merpati.gateway.accounts.refused")
                .tag("reason", "password_hash_busy")
                .register(metrics);
    }

    <T> Mono<T> run(Supplier<T> work) {
        return Mono.defer(() -> {
            try {
                return Mono.fromFuture(CompletableFuture.supplyAsync(work, threads), true);
            } catch (RejectedExecutionException e) {
                refused.increment();
                return Mono.error(Errors.unavailable("Too many people are logging in; nothing was done. Try again")
                        .exception());
            }
        });
    }

    @PreDestroy
    void close() {
        threads.shutdown();
    }
}
