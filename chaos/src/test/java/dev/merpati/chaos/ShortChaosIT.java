package dev.merpati.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.chaos.fault.Fault;
import dev.merpati.chaos.ledger.Failovers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the chaos command: what happens to workers, Redis, Kafka, a dispatcher and an endpoint, under load in both directions. */
class ShortChaosIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    @Timeout(600)
    void losesNothingAndSendsNothingTwice() throws InterruptedException {
        ChaosOptions options = new ChaosOptions(folder, 1, 2, 1, 30, 6, 6, 1, Duration.ofSeconds(10), 1, Fault.SHORT);

        List<Result> results = new Chaos(options, System.out).run();

        assertThat(Report.printAll(results, System.out))
                .as("nothing was lost, duplicated or wrong")
                .isTrue();
        assertThat(results)
                .hasSize(6)
                .allSatisfy(result -> assertThat(result.accepted()).isPositive())
                .allSatisfy(result -> assertThat(result.inbound().written()).isPositive());
        assertThat(results.getFirst().failovers())
                .as("the kill was noticed, so that the others prove something")
                .extracting(Failovers::longest)
                .asInstanceOf(InstanceOfAssertFactories.optional(Duration.class))
                .isNotEqualTo(Optional.empty());
    }
}
