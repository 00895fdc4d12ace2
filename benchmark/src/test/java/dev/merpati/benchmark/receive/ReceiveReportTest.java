package dev.merpati.benchmark.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.benchmark.footprint.CpuTimes;
import dev.merpati.benchmark.load.Measurement;
import dev.merpati.benchmark.text.TextPlan;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReceiveReportTest {
    private static final TextPlan PLAN = new TextPlan(100, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), 100);

    @Test
    void saysWhichAimsAreMet() {
        String report = report(1_000, 49);

        assertThat(line(report, "texts/s from phones")).contains("1,000", ">= 1,000", "met");
        assertThat(line(report, "p50 from the phone")).contains("49.0", "< 50", "met");
    }

    @Test
    void saysWhichAimsAreMissed() {
        String report = report(999, 50);

        assertThat(line(report, "texts/s from phones")).contains("999", "MISSED");
        assertThat(line(report, "p50 from the phone")).contains("50.0", "MISSED");
    }

    @Test
    void cpuTimeIsPerText() {
        assertThat(line(report(1_000, 10), "worker")).contains("0.500", "2.000");
    }

    private static String report(int perSecond, int openMillis) {
        var figures = new ReceiveFigures(
                new Measurement(perSecond, 1, 1, 2, 3),
                cpu(500),
                new Measurement(100, 1, openMillis * 1_000L, 2, 3),
                cpu(200));
        return new ReceiveReport(PLAN, figures).toString();
    }

    private static CpuTimes cpu(int millis) {
        return new CpuTimes(Map.of("worker", Duration.ofMillis(millis)));
    }

    private static String line(String report, String with) {
        return report.lines().filter(line -> line.contains(with)).findFirst().orElseThrow();
    }
}
