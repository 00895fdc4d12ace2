package dev.merpati.gateway.account;

import dev.merpati.gateway.error.Errors;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.text.Normalizer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Hashes passwords with Argon2id, on threads of its own: a few at a time, since each takes 19 MiB and some 50 ms of a core,
 * and not more waiting than are answered in good time. Beyond that a request ends in 503. Thread-safe.
 */
@Component
class Passwords {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int LANES = 1;

    private final Argon2PasswordEncoder encoder;
    private final ThreadPoolExecutor threads;
    private final Counter hashed;
    private final Counter refused;

    /** Of a password that nobody knows: what is compared with where there is no account. */
    private final String nobodys;

    Passwords(AccountSettings settings, MeterRegistry metrics) {
        AccountSettings.Hashing hashing = settings.hashing();
        this.encoder = new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, hashing.memory(), hashing.iterations());
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
        this.hashed = Counter.builder("merpati.gateway.password.hashes")
                .description("Passwords hashed, to be stored or to be compared")
                .register(metrics);
        this.refused = Counter.builder("merpati.gateway.accounts.refused")
                .tag("reason", "password_hash_busy")
                .register(metrics);
        this.nobodys = encode(SecretTokens.random());
    }

    /** Returns the hash of a new password. */
    Mono<String> hash(String password) {
        return run(() -> {
            hashed.increment();
            return encode(normalize(password));
        });
    }

    /**
     * Whether it is the password. Takes as long when there is no account.
     *
     * @param hash null when there is no account
     */
    Mono<Boolean> matches(String password, @Nullable String hash) {
        return run(() -> {
            hashed.increment();
            boolean same = encoder.matches(normalize(password), hash == null ? nobodys : hash);
            return same && hash != null;
        });
    }

    /** Whether a hash was made with other parameters than those that are set now. */
    boolean isOutdated(String hash) {
        return encoder.upgradeEncoding(hash);
    }

    /** One character can be written in two ways, and keyboards differ in which they write. */
    static String normalize(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFC);
    }

    private String encode(String password) {
        String hash = encoder.encode(password);
        if (hash == null) {
            throw new IllegalStateException("the encoder returned nothing");
        }
        return hash;
    }

    private <T> Mono<T> run(Supplier<T> work) {
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
