package dev.merpati.benchmark.receive;

import dev.merpati.benchmark.footprint.CpuTimes;
import dev.merpati.benchmark.load.Measurement;
import dev.merpati.benchmark.text.TextPlan;
import dev.merpati.cluster.MarkdownTable;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The figures of receiving as tables. */
public final class ReceiveReport {
    private static final double LEAST_PER_SECOND = 1_000;
    private static final double MOST_MILLIS = 50;

    private final TextPlan plan;
    private final ReceiveFigures figures;

    public ReceiveReport(TextPlan plan, ReceiveFigures figures) {
        this.plan = plan;
        this.figures = figures;
    }

    @Override
    public String toString() {
        return String.join("\n", rates(), aims(), cpu());
    }

    private String rates() {
        var all = plan.sessions() + " sessions";
        var table = new MarkdownTable("texts from phones to a webhook", "per second", "p50 ms", "p99 ms");
        add(table, all + ", " + ReceiveSteps.BUSY + " on their way to each", figures.busy());
        add(table, all + ", " + plan.openRate() + "/s given", figures.open());
        return table.toString();
    }

    private static void add(MarkdownTable table, String name, Measurement measured) {
        table.row(
                name,
                String.format(Locale.ROOT, "%,.0f", measured.perSecond()),
                tenths(measured.p50Millis()),
                tenths(measured.p99Millis()));
    }

    private String aims() {
        var perSecond = figures.busy().perSecond();
        var p50 = figures.open().p50Millis();
        return new MarkdownTable("received", "found", "aim", "")
                .row(
                        "texts/s from phones to a webhook, " + plan.sessions() + " sessions",
                        String.format(Locale.ROOT, "%,.0f", perSecond),
                        String.format(Locale.ROOT, ">= %,.0f", LEAST_PER_SECOND),
                        perSecond >= LEAST_PER_SECOND ? "met" : "MISSED")
                .row(
                        "p50 from the phone to the webhook at " + plan.openRate() + "/s, ms",
                        tenths(p50),
                        String.format(Locale.ROOT, "< %,.0f", MOST_MILLIS),
                        p50 < MOST_MILLIS ? "met" : "MISSED")
                .toString();
    }

    private String cpu() {
        var table = new MarkdownTable(
                "CPU per text from a phone, ms", "as fast as it goes", "at " + plan.openRate() + "/s");
        figures.cpu()
                .byName()
                .keySet()
                .forEach(name -> table.row(
                        name,
                        perText(figures.cpu(), name, figures.busy()),
                        perText(figures.openCpu(), name, figures.open())));
        return table.toString();
    }

    private static String perText(CpuTimes cpu, String name, Measurement measured) {
        var millis = cpu.byName().getOrDefault(name, Duration.ZERO).toNanos()
                / (double) TimeUnit.MILLISECONDS.toNanos(1)
                / Math.max(1, measured.calls());
        return String.format(Locale.ROOT, "%.3f", millis);
    }

    private static String tenths(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }
}
