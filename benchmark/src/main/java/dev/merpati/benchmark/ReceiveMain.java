package dev.merpati.benchmark;

import dev.merpati.benchmark.receive.ReceiveReport;
import dev.merpati.benchmark.receive.ReceiveSteps;
import dev.merpati.benchmark.rest.Pacing;
import dev.merpati.benchmark.rest.Product;
import dev.merpati.benchmark.text.TextPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./merpati benchmark receive}. */
@Command(
        name = "receive",
        description = "Measures only what phones write and an endpoint gets; about two minutes.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ReceiveMain implements Callable<Integer> {
    @Option(
            names = "--sessions",
            paramLabel = "N",
            defaultValue = "100",
            description = "that phones write to (${DEFAULT-VALUE})")
    int sessions;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "that each measurement lasts (${DEFAULT-VALUE})")
    int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "60",
            description =
                    "seconds of load before the first one, and half as many again before the second (${DEFAULT-VALUE})")
    int warmUp;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "texts per second where the rate is given (${DEFAULT-VALUE})")
    int rate;

    @Option(names = "--folder", description = "for data and logs (a temporary one)")
    @Nullable
    Path folder;

    @Override
    public Integer call() throws Exception {
        var to = folder == null ? Files.createTempDirectory("merpati-benchmark") : folder;
        System.out.println("Data and logs: " + to);
        // Nothing was carried before: two settling times are the whole warm-up.
        var plan = new TextPlan(sessions, 1, Duration.ofSeconds(2L * warmUp), Duration.ofSeconds(seconds), rate);
        try (var product = Product.in(to, BenchmarkRun.WORKER_FLAGS)) {
            BenchmarkMain.progress("starting");
            product.start(Pacing.RAISED);
            product.pairUpTo(sessions);
            var figures = new ReceiveSteps(plan, BenchmarkMain::progress).measure(product);
            System.out.println();
            System.out.println(new ReceiveReport(plan, figures));
        }
        return CommandLine.ExitCode.OK;
    }
}
