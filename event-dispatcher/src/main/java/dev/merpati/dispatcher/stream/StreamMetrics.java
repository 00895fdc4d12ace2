package dev.merpati.dispatcher.stream;

import dev.merpati.model.outage.Outage;
import io.lettuce.core.RedisCommandExecutionException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/** Measures the streams, and tells of an outage of Redis once. Thread-safe. */
public final class StreamMetrics {
    /** Longer than the time between two tries of whatever is retried. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final Outage outage;
    private final Timer appends;
    private final Counter appended;
    private final Counter repeated;
    private final Counter replayed;
    private final Counter ofRemoved;
    private final Counter trimmedByAge;
    private final Counter trimmedByNumber;
    private final Counter failures;

    public StreamMetrics(LongSupplier nanoTime, MeterRegistry meters) {
        this.outage = new Outage("Redis", QUIET, nanoTime);
        this.appends = Timer.builder("merpati.dispatcher.append")
                .description("How long Redis took to append events of one tenant, failures included")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(5))
                .register(meters);
        this.appended = Counter.builder("merpati.dispatcher.events.appended")
                .description("Events that were appended to their tenant's stream")
                .register(meters);
        this.repeated = skipped("repeated", meters);
        this.replayed = skipped("replayed", meters);
        this.ofRemoved = skipped("tenant_removed", meters);
        this.trimmedByAge = trimmed("age", meters);
        this.trimmedByNumber = trimmed("number", meters);
        this.failures = Counter.builder("merpati.dispatcher.redis.failures")
                .description("Calls of Redis that failed and are tried again")
                .register(meters);
    }

    private static Counter skipped(String reason, MeterRegistry meters) {
        return Counter.builder("merpati.dispatcher.events.skipped")
                .description(
                        "Events that were not appended: repeated under the same key, read from Kafka again, of a removed tenant")
                .tag("reason", reason)
                .register(meters);
    }

    private static Counter trimmed(String reason, MeterRegistry meters) {
        return Counter.builder("merpati.dispatcher.events.trimmed")
                .description(
                        "Events that were removed from their stream: by their age, or before their time since there were too many")
                .tag("reason", reason)
                .register(meters);
    }

    <T> T timed(Supplier<T> call) {
        return appends.record(call);
    }

    /** Makes a call of Redis, and counts it when it fails. */
    <T> T watch(Supplier<T> call) {
        T result;
        try {
            result = call.get();
        } catch (DataAccessException e) {
            failures.increment();
            outage.failed(reason(e));
            throw e;
        }
        outage.succeeded();
        return result;
    }

    void appended(Appended result, int events) {
        appended.increment(result.events().size());
        repeated.increment(result.repeated());
        replayed.increment(result.replayed());
        if (result.removed()) {
            ofRemoved.increment(events);
        }
    }

    void trimmed(TenantStreams.Trimmed result) {
        trimmedByNumber.increment((double) result.early());
        trimmedByAge.increment((double) (result.events() - result.early()));
    }

    /** Returns what the server said, where it said anything, without the arguments that it quotes. */
    private static Throwable reason(DataAccessException failure) {
        RedisCommandExecutionException answer = answer(failure);
        return answer == null
                ? failure
                : new RedisCommandExecutionException(
                        String.valueOf(answer.getMessage()).replaceFirst(",? with args beginning with.*", ""));
    }

    private static @Nullable RedisCommandExecutionException answer(DataAccessException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException answer) {
                return answer;
            }
        }
        return null;
    }

    /** Whether a key is not of the type that it should be: no further try will succeed. */
    public static boolean isDamage(DataAccessException failure) {
        RedisCommandExecutionException answer = answer(failure);
        return answer != null && String.valueOf(answer.getMessage()).contains("WRONGTYPE");
    }
}
