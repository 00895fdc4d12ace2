package dev.merpati.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.benchmark.footprint.CpuTimes;
import dev.merpati.benchmark.footprint.Footprint;
import dev.merpati.benchmark.load.Measurement;
import dev.merpati.benchmark.receive.ReceiveFigures;
import dev.merpati.benchmark.rest.RestFigures;
import dev.merpati.benchmark.text.TextFigures;
import dev.merpati.benchmark.text.TextPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final long MIB = 1024 * 1024;
    private static final CpuTimes CPU = new CpuTimes(Map.of("worker", Duration.ofMillis(500)));
    private static final TextPlan TEXTS = new TextPlan(100, 4, Duration.ofSeconds(2), Duration.ofSeconds(1), 100);

    /** All at a rate and a median of their own. */
    private static TextFigures texts(int all, int openMillis) {
        return new TextFigures(measured(10, 1), measured(all, 50), measured(100, openMillis), 1_000);
    }

    private static Measurement measured(int perSecond, int millis) {
        return new Measurement(perSecond, 1, millis * 1_000L, millis * 2_000L, millis * 3_000L);
    }

    private static String report(TextFigures rest, TextFigures adapter) {
        var footprints = new TreeMap<>(Map.of(
                0, new Footprint(20 * MIB, 100 * MIB, 30),
                1_000, new Footprint(120 * MIB, 300 * MIB, 40)));
        var figures = new Figures(
                adapter,
                texts(1_500, 3),
                new RestFigures(rest, measured(1_000, 400), CPU, measured(900, 1), measured(90, 1)),
                new ReceiveFigures(measured(1_200, 90), CPU, measured(100, 12), CPU),
                Duration.ofSeconds(21),
                Duration.ofMillis(9_400),
                footprints,
                new Footprint(30 * MIB, 200 * MIB, 30));
        return new Report(new BenchmarkPlan(TEXTS, 500, List.of(1_000)), figures).toString();
    }

    private static String line(String report, String with) {
        return report.lines().filter(line -> line.contains(with)).findFirst().orElseThrow();
    }

    @Test
    void saysWhichAimsAreMet() {
        var report = report(texts(1_200, 7), texts(1_900, 1));

        assertThat(line(report, "through REST : bare Cobalt as published")).contains("0.80", "met");
        assertThat(line(report, "through REST : bare Cobalt with our changes")).contains("0.63", "met");
        assertThat(line(report, "added to bare Cobalt with our changes")).contains("6.0", "met");
    }

    @Test
    void saysWhichAimsAreMissed() {
        var report = report(texts(1_000, 12), texts(2_000, 1));

        assertThat(line(report, "through REST : bare Cobalt with our changes")).contains("0.50", "MISSED");
        assertThat(line(report, "added to bare Cobalt with our changes")).contains("11.0", "MISSED");
    }

    @Test
    void aSessionCostsWhatComesOnTopOfAnEmptyWorker() {
        var report = report(texts(1, 1), texts(1, 1));

        assertThat(line(report, "| 1000 sessions"))
                .matches("\\| 1000 sessions +\\| +120 \\| +300 \\| +40 \\| +102 \\| +205 \\| +0\\.010 \\|");
    }

    @Test
    void cpuTimeIsPerText() {
        assertThat(line(report(texts(1, 1), texts(1, 1)), "worker  ")).contains("0.500");
    }
}
