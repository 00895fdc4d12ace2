package dev.merpati.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.benchmark.text.TextPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole benchmark, as short as it can be: its figures mean nothing, but each step has to work. */
class BenchmarkIT {
    private static final TextPlan TEXTS = new TextPlan(2, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), 20);
    private static final BenchmarkPlan PLAN = new BenchmarkPlan(TEXTS, 3, List.of());

    @Test
    void measuresEverything() throws Exception {
        var folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "benchmark");

        var figures = new BenchmarkRun(PLAN, folder, Path.of("target", "published", "cobalt.jar"), step -> {}).run();

        for (var texts :
                List.of(figures.adapter(), figures.published(), figures.rest().texts())) {
            assertThat(texts.one().calls()).isPositive();
            assertThat(texts.all().calls()).isPositive();
            assertThat(texts.open().calls()).isEqualTo(20);
            assertThat(texts.sent())
                    .isGreaterThanOrEqualTo(texts.one().calls()
                            + texts.all().calls()
                            + texts.open().calls());
        }
        assertThat(figures.rest().cpu().byName())
                .hasSize(7)
                .allSatisfy((name, time) -> assertThat(time).as(name).isPositive());
        assertThat(figures.rest().batches().calls()).isPositive();
        assertThat(figures.received().busy().calls()).isPositive();
        assertThat(figures.received().open().calls()).isEqualTo(20);
        assertThat(figures.received().cpu().byName()).hasSize(7);
        assertThat(figures.coldStart()).isPositive();
        assertThat(figures.fastColdStart()).isPositive();
        assertThat(figures.footprints()).containsOnlyKeys(0, 3);
        assertThat(new Report(PLAN, figures).toString())
                .contains("3 sessions", "texts/s through REST", "texts/s from phones");
    }
}
