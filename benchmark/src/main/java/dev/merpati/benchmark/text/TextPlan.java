package dev.merpati.benchmark.text;

import java.time.Duration;

/**
 * How texts are measured.
 *
 * @param sessions how many sessions send where all of them do
 * @param recipientsPerSession each gets its Signal session before anything is measured
 * @param warmUp load before the first measurement, so that the JIT compilers are done on all sides
 * @param measured how long each measurement lasts
 * @param openRate messages per second where the rate is given
 */
public record TextPlan(int sessions, int recipientsPerSession, Duration warmUp, Duration measured, int openRate) {
    /** Load before a later measurement: all is compiled, only caches and queues have to settle. */
    public Duration settle() {
        return warmUp.dividedBy(4);
    }
}
