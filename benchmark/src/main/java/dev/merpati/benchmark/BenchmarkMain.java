package dev.merpati.benchmark;

import dev.merpati.benchmark.text.TextPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./merpati benchmark}. */
@Command(
        name = "merpati benchmark",
        description = "Measures the product, and bare Cobalt beside it, against one simulator.",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = ReceiveMain.class)
final class BenchmarkMain implements Callable<Integer> {
    private static final int RECIPIENTS = 4;
    private static final int OPEN_RATE = 100;

    @Option(names = "--sessions", paramLabel = "N", defaultValue = "100", description = "that send (${DEFAULT-VALUE})")
    int sessions;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "that each measurement of a load lasts (${DEFAULT-VALUE})")
    int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "60",
            description = "seconds of load before the first one (${DEFAULT-VALUE})")
    int warmUp;

    @Option(
            names = "--cold-start",
            paramLabel = "N",
            defaultValue = "500",
            description = "sessions that a worker connects after its start (${DEFAULT-VALUE})")
    int coldStart;

    @Option(
            names = "--footprints",
            paramLabel = "N,N",
            split = ",",
            defaultValue = "100,500,1000",
            description = "at how many sessions memory and threads are looked at (${DEFAULT-VALUE})")
    List<Integer> footprints = List.of();

    @Option(names = "--folder", description = "for data and logs (a temporary one)")
    @Nullable
    Path folder;

    @Option(
            names = "--published-cobalt",
            paramLabel = "JAR",
            required = true,
            description = "Cobalt as it is on Maven Central; the launcher names it")
    Path publishedCobalt = Path.of("");

    private BenchmarkMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchmarkMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        var to = folder == null ? Files.createTempDirectory("merpati-benchmark") : folder;
        System.out.println("Data and logs: " + to);
        var texts =
                new TextPlan(sessions, RECIPIENTS, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds), OPEN_RATE);
        BenchmarkPlan plan;
        try {
            plan = new BenchmarkPlan(texts, coldStart, footprints);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        var figures = new BenchmarkRun(plan, to, publishedCobalt, BenchmarkMain::progress).run();
        System.out.println();
        System.out.println(new Report(plan, figures));
        return CommandLine.ExitCode.OK;
    }

    static void progress(String what) {
        System.out.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " " + what);
    }
}
