package dev.merpati.benchmark.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AbstractHistogram;

/**
 * How a load was carried.
 *
 * @param calls how many answers came, all of them right
 * @param seconds from the first call to the last answer
 * @param p50Micros half of the calls took no longer
 * @param p99Micros 99 of 100 calls took no longer
 */
public record Measurement(long calls, double seconds, long p50Micros, long p99Micros, long maxMicros) {

    /** The histogram's values are microseconds. */
    static Measurement of(AbstractHistogram latencies, Duration took) {
        return new Measurement(
                latencies.getTotalCount(),
                took.toNanos() / (double) TimeUnit.SECONDS.toNanos(1),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                latencies.getMaxValue());
    }

    public double perSecond() {
        return calls / seconds;
    }

    public double p50Millis() {
        return millis(p50Micros);
    }

    public double p99Millis() {
        return millis(p99Micros);
    }

    private static double millis(long micros) {
        return micros / (double) TimeUnit.MILLISECONDS.toMicros(1);
    }
}
