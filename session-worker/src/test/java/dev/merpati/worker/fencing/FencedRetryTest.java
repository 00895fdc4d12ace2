package dev.merpati.worker.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.RedisSystemException;

class FencedRetryTest {
    private static final int LONG_OUTAGE = 50;

    private final StopSignal stop = new StopSignal();
    private final FencedRetry retry =
            new FencedRetry(new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)), stop);
    private final AtomicInteger tries = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOADING Redis is loading the dataset in memory",
                "BUSY Redis is busy running a script.",
                "READONLY You can't write against a read only replica.",
                "ERR Error running script (call to f_0123): @user_script:1: -READONLY You can't write against a read only",
                "OOM command not allowed when used memory > 'maxmemory'.",
                "MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.",
                "NOREPLICAS Not enough good replicas to write.",
                "CLUSTERDOWN Hash slot not served",
                "TRYAGAIN Multiple keys request during rehashing of slot",
                "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."
            })
    void waitsForWhatPasses(String error) {
        assertThat(retry.untilDone("Test", failing(LONG_OUTAGE, answer(error)))).isEqualTo("done");
    }

    @Test
    void waitsForAnOutageHoweverLong() {
        assertThat(retry.untilDone("Test", failing(LONG_OUTAGE, new QueryTimeoutException("slow"))))
                .isEqualTo("done");
        // A server with too many clients refuses the greeting.
        assertThat(retry.untilDone(
                        "Test",
                        failing(
                                LONG_OUTAGE,
                                new RedisConnectionFailureException(
                                        "Unable to connect",
                                        new RedisConnectionException(
                                                "x",
                                                new RedisCommandExecutionException(
                                                        "ERR max number of clients reached"))))))
                .isEqualTo("done");
        assertThat(retry.untilDone("Test", failing(LONG_OUTAGE, new RedisUnavailableException("away", null))))
                .isEqualTo("done");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WRONGTYPE Operation against a key holding the wrong kind of value",
                "ERR Error running script (call to f_0123): @user_script:9: WRONGTYPE Operation against a key",
                "NOPERM this user has no permissions to run the 'evalsha' command",
                "CROSSSLOT Keys in request don't hash to the same slot",
                "ERR user_script:3: Script attempted to access nonexistent global variable 'x'"
            })
    void doesNotRepeatForEverWhatNeverPasses(String error) {
        assertThatThrownBy(() -> retry.untilDone("Test", failing(LONG_OUTAGE, answer(error))))
                .isInstanceOf(RedisSystemException.class);

        assertThat(tries).hasValue(FencedRetry.MOST_ERRORS);
    }

    @Test
    void doesNotRepeatForEverADefect() {
        assertThatThrownBy(() -> retry.untilDone("Test", failing(LONG_OUTAGE, new IllegalArgumentException("BANANA"))))
                .hasMessage("BANANA");

        assertThat(tries).hasValue(FencedRetry.MOST_ERRORS);
    }

    @Test
    void anOutageBetweenTwoErrorsDoesNotCount() {
        assertThat(retry.untilDone("Test", () -> {
                    int attempt = tries.incrementAndGet();
                    if (attempt % 10 == 0 && attempt < 10 * FencedRetry.MOST_ERRORS) {
                        throw new IllegalArgumentException("a defect");
                    }
                    if (attempt < LONG_OUTAGE) {
                        throw new RedisUnavailableException("away", null);
                    }
                    return "done";
                }))
                .isEqualTo("done");
    }

    @Test
    void doesNotRepeatOnceItIsStopped() {
        assertThat(retry.<String>untilDone("Test", () -> {
                    stop.stop();
                    throw new IllegalArgumentException("a defect");
                }))
                .isNull();
    }

    @Test
    void quotesNoArguments() {
        assertThat(RedisErrors.describe(
                        answer("ERR unknown command 'EVALSHA', with args beginning with: '0123' '1' '62811000001'")))
                .isEqualTo("ERR unknown command 'EVALSHA'");
    }

    private Supplier<String> failing(int times, RuntimeException failure) {
        tries.set(0);
        return () -> {
            if (tries.incrementAndGet() <= times) {
                throw failure;
            }
            return "done";
        };
    }

    private static DataAccessException answer(String error) {
        return new RedisSystemException("Error in execution", new RedisCommandExecutionException(error));
    }
}
