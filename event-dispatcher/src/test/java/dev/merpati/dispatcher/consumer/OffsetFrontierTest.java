package dev.merpati.dispatcher.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OffsetFrontierTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final OffsetFrontier offsets = new OffsetFrontier();

    @Test
    void nothingIsSettledAtFirst() {
        offsets.begin(10, 0);

        assertThat(offsets.settledBy(Long.MAX_VALUE)).isEmpty();
        assertThat(offsets.restartAt(Long.MAX_VALUE)).hasValue(10);
        assertThat(new OffsetFrontier().restartAt(0)).isEmpty();
    }

    @Test
    void settlesUpToTheFirstUnfinishedRecord() {
        offsets.begin(10, 0);
        offsets.begin(12, 0);
        offsets.begin(15, 0);
        offsets.finish(12, SECOND);
        assertThat(offsets.settledBy(9 * SECOND)).isEmpty();

        offsets.finish(10, 2 * SECOND);

        assertThat(offsets.settledBy(3 * SECOND)).hasValue(15);
        assertThat(offsets.pending()).isEqualTo(1);
        offsets.finish(15, 4 * SECOND);
        assertThat(offsets.settledBy(5 * SECOND)).hasValue(16);
    }

    @Test
    void settlesNothingThatWasFinishedLater() {
        offsets.begin(0, 0);
        offsets.begin(1, 0);
        offsets.begin(2, 0);
        offsets.finish(0, SECOND);
        offsets.finish(1, 3 * SECOND);

        assertThat(offsets.settledBy(2 * SECOND)).hasValue(1);
        assertThat(offsets.restartAt(2 * SECOND)).hasValue(1);
        assertThat(offsets.settledBy(4 * SECOND)).hasValue(2);
    }

    @Test
    void neverSaysThatSomethingWasFinishedEarlierThanItWas() {
        for (int i = 0; i < 1_000; i++) {
            offsets.begin(i, 0);
            offsets.finish(i, i * 1_000_000L);
            long settled = offsets.settledBy(i * 1_000_000L - SECOND / 2).orElse(0);
            assertThat(settled).isLessThanOrEqualTo(Math.max(0, i - 500) + 1);
        }
        assertThat(offsets.settledBy(2 * SECOND)).hasValue(1_000);
    }

    @Test
    void staysBehindAlthoughRecordsKeepComing() {
        for (int i = 0; i < 10_000; i++) {
            offsets.begin(i, 0);
            offsets.finish(i, i * 1_000_000L);
        }

        assertThat(offsets.settledBy(5 * SECOND).orElse(0)).isBetween(4_800L, 5_000L);
    }

    @Test
    void knowsTheOldestRecord() {
        assertThat(offsets.oldest()).isEmpty();
        offsets.begin(0, 700);
        offsets.begin(1, 800);
        assertThat(offsets.oldest()).hasValue(700);
        offsets.finish(0, 1);
        assertThat(offsets.oldest()).hasValue(800);
    }

    @Test
    void refusesAnOffsetThatComesTwice() {
        offsets.begin(5, 0);

        assertThatThrownBy(() -> offsets.begin(5, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
