package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.command.Command;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkMetricsTest {
    @ParameterizedTest
    @ValueSource(strings = {"not_stored", "internal", "expired"})
    void whatShouldNeverHappenIsCountedFromTheStartForEveryCommand(String code) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        new WorkMetrics(meters);

        assertThat(meters.get("merpati.worker.command.outcomes")
                        .tag("code", code)
                        .timers())
                .extracting(Timer::count)
                .hasSameSizeAs(Command.wireNames())
                .containsOnly(0L);
    }
}
