package dev.merpati.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    private final Map<Integer, Integer> calls = new ConcurrentHashMap<>();
    private final Call count = session -> calls.merge(session, 1, Integer::sum);

    @Test
    void eachSessionMakesItsCalls() {
        var measured = new Load.Each(3, 7).on(count);

        assertThat(calls).containsExactlyInAnyOrderEntriesOf(Map.of(0, 7, 1, 7, 2, 7));
        assertThat(measured.calls()).isEqualTo(21);
    }

    @Test
    void anOpenLoadKeepsItsRateAndTakesTheSessionsInTurn() {
        var measured = new Load.Open(2, 500, SHORT).on(count);

        assertThat(calls).containsExactlyInAnyOrderEntriesOf(Map.of(0, 25, 1, 25));
        assertThat(measured.perSecond()).isLessThanOrEqualTo(520);
    }

    @Test
    void aClosedLoadHasSoManyCallsUnderWayOfEachSession() {
        var together = new CountDownLatch(6);

        var measured = new Load.Closed(2, 3, SHORT).on(session -> {
            calls.merge(session, 1, Integer::sum);
            together.countDown();
            assertThat(together.await(10, TimeUnit.SECONDS)).isTrue();
        });

        assertThat(measured.calls())
                .isEqualTo(calls.values().stream().mapToInt(Integer::intValue).sum());
        assertThat(calls).containsOnlyKeys(0, 1);
    }

    @Test
    void aFailedCallEndsTheLoadAndSaysWhy() {
        var made = new AtomicInteger();
        Call fails = session -> {
            if (made.incrementAndGet() == 5) {
                throw new IllegalStateException("503");
            }
        };

        assertThatThrownBy(() -> new Load.Each(1, 100).on(fails))
                .isInstanceOf(FailedLoadException.class)
                .hasMessageContaining("after 4 good ones")
                .hasMessageContaining("503");
        assertThat(made).hasValue(5);
    }

    @Test
    void aCallThatBeganLateHasWaitedSinceItWasDue() {
        var recording = new Recording(count);

        recording.perform(0, System.nanoTime() - Duration.ofSeconds(2).toNanos());

        assertThat(recording.finish().p50Millis()).isBetween(1_999.0, 12_000.0);
    }
}
