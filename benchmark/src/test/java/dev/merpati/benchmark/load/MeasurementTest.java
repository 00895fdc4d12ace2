package dev.merpati.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    private static Measurement of(LongStream micros, Duration took) {
        var histogram = new Histogram(3);
        micros.forEach(histogram::recordValue);
        return Measurement.of(histogram, took);
    }

    @Test
    void percentilesAreThoseOfAllCalls() {
        var measured = of(LongStream.rangeClosed(1, 10_000), Duration.ofSeconds(1));

        assertThat(measured.p50Micros()).isCloseTo(5_000, within(5L));
        assertThat(measured.p99Micros()).isCloseTo(9_900, within(10L));
        assertThat(measured.maxMicros()).isCloseTo(10_000, within(10L));
        assertThat(measured.p50Millis()).isCloseTo(5.0, within(0.01));
    }

    @Test
    void oneSlowCallInAHundredIsInTheNinetyNinthPercentileOnlyFromThereOn() {
        var ninetyNine = LongStream.generate(() -> 1_000).limit(99);

        var measured = of(LongStream.concat(ninetyNine, LongStream.of(1_000_000)), Duration.ofSeconds(1));

        assertThat(measured.p99Millis()).isCloseTo(1.0, within(0.01));
        assertThat(measured.maxMicros()).isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    void theRateIsThatOfTheWholeTime() {
        assertThat(of(LongStream.range(0, 500), Duration.ofMillis(2_500)).perSecond())
                .isEqualTo(200.0);
    }
}
