package dev.merpati.benchmark;

import dev.merpati.benchmark.footprint.Footprint;
import dev.merpati.benchmark.load.Measurement;
import dev.merpati.benchmark.receive.ReceiveReport;
import dev.merpati.benchmark.rest.Pacing;
import dev.merpati.benchmark.rest.RestSteps;
import dev.merpati.cluster.MarkdownTable;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The figures of a run as tables. */
final class Report {
    private static final double LEAST_RATIO = 0.6;
    private static final double MOST_ADDED_MILLIS = 8;
    private static final double MIB = 1024.0 * 1024;
    private static final double KIB = 1024;

    private final BenchmarkPlan plan;
    private final Figures figures;

    Report(BenchmarkPlan plan, Figures figures) {
        this.plan = plan;
        this.figures = figures;
    }

    @Override
    public String toString() {
        return String.join("\n", texts(), aims(), cpu(), received(), checks(), starts(), memory());
    }

    private MarkdownTable rates(String what) {
        return new MarkdownTable(what, "per second", "p50 ms", "p99 ms");
    }

    private static MarkdownTable add(MarkdownTable table, String name, Measurement measured) {
        return table.row(name, whole(measured.perSecond()), tenths(measured.p50Millis()), tenths(measured.p99Millis()));
    }

    private String texts() {
        var all = plan.texts().sessions() + " sessions";
        var open = all + ", " + plan.texts().openRate() + "/s given";
        var table = rates("texts");
        add(table, "REST, 1 session", figures.rest().texts().one());
        add(table, "REST, " + all, figures.rest().texts().all());
        add(
                table,
                "REST, " + all + ", " + RestSteps.BUSY + " at a time each",
                figures.rest().busy());
        add(table, "REST, " + open, figures.rest().texts().open());
        add(table, "Cobalt with our changes, 1 session", figures.adapter().one());
        add(table, "Cobalt with our changes, " + all, figures.adapter().all());
        add(table, "Cobalt with our changes, " + open, figures.adapter().open());
        add(table, "Cobalt as published, 1 session", figures.published().one());
        add(table, "Cobalt as published, " + all, figures.published().all());
        add(table, "Cobalt as published, " + open, figures.published().open());
        return table.toString();
    }

    private String aims() {
        var rest = figures.rest().texts();
        var sessions = plan.texts().sessions();
        var table = new MarkdownTable("compared", "found", "aim", "");
        ratio(table, "as published", rest.all(), figures.published().all(), sessions);
        ratio(table, "with our changes", rest.all(), figures.adapter().all(), sessions);
        added(table, "as published", rest.open(), figures.published().open());
        added(table, "with our changes", rest.open(), figures.adapter().open());
        return table.toString();
    }

    private static void ratio(MarkdownTable table, String kind, Measurement rest, Measurement bare, int sessions) {
        var ratio = rest.perSecond() / bare.perSecond();
        table.row(
                "texts/s through REST : bare Cobalt " + kind + ", " + sessions + " sessions",
                "%.2f".formatted(ratio),
                ">= " + LEAST_RATIO,
                verdict(ratio >= LEAST_RATIO));
    }

    private void added(MarkdownTable table, String kind, Measurement rest, Measurement bare) {
        var added = rest.p50Millis() - bare.p50Millis();
        table.row(
                "p50 added to bare Cobalt " + kind + " at " + plan.texts().openRate() + "/s, ms",
                tenths(added),
                "< " + whole(MOST_ADDED_MILLIS),
                verdict(added < MOST_ADDED_MILLIS));
    }

    private static String verdict(boolean met) {
        return met ? "met" : "MISSED";
    }

    private String cpu() {
        var table = new MarkdownTable("CPU per text through REST, " + RestSteps.BUSY + " at a time per session", "ms");
        var calls = figures.rest().busy().calls();
        figures.rest().cpu().byName().forEach((name, time) -> table.row(name, "%.3f".formatted(millis(time) / calls)));
        return table.toString();
    }

    private String received() {
        return new ReceiveReport(plan.texts(), figures.received()).toString();
    }

    private String checks() {
        var table = rates("number checks");
        add(table, "requests of 1 number", figures.rest().checks());
        add(table, "requests of " + RestSteps.BATCH + " numbers", figures.rest().batches());
        table.row("numbers in those", whole(figures.rest().batches().perSecond() * RestSteps.BATCH), "", "");
        return table.toString();
    }

    private String starts() {
        return new MarkdownTable("from a cold worker start until " + plan.coldStart() + " sessions are connected", "s")
                .row("default pacing: " + Pacing.DEFAULT, tenths(millis(figures.coldStart()) / 1000))
                .row("raised pacing: " + Pacing.RAISED, tenths(millis(figures.fastColdStart()) / 1000))
                .toString();
    }

    private String memory() {
        var empty = figures.footprints().getOrDefault(0, figures.afterLoad());
        var table = new MarkdownTable(
                "worker with",
                "heap MiB",
                "RSS MiB",
                "threads",
                "heap KiB/session",
                "RSS KiB/session",
                "threads/session");
        figures.footprints().forEach((size, footprint) -> add(table, size + " sessions", size, footprint, empty));
        var sessions = plan.texts().sessions();
        add(table, sessions + " sessions, after the load", sessions, figures.afterLoad(), empty);
        return table.toString();
    }

    /** Per session counts what came on top of a worker without sessions. */
    private static void add(MarkdownTable table, String name, int sessions, Footprint footprint, Footprint empty) {
        var divisor = Math.max(1, sessions);
        table.row(
                name,
                whole(footprint.heapBytes() / MIB),
                whole(footprint.residentBytes() / MIB),
                String.valueOf(footprint.threads()),
                whole((footprint.heapBytes() - empty.heapBytes()) / KIB / divisor),
                whole((footprint.residentBytes() - empty.residentBytes()) / KIB / divisor),
                "%.3f".formatted((footprint.threads() - empty.threads()) / (double) divisor));
    }

    private static double millis(Duration time) {
        return time.toNanos() / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String tenths(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }
}
