package dev.merpati.benchmark;

import dev.merpati.benchmark.bare.BareCobalt;
import dev.merpati.benchmark.footprint.Footprint;
import dev.merpati.benchmark.receive.ReceiveFigures;
import dev.merpati.benchmark.receive.ReceiveSteps;
import dev.merpati.benchmark.rest.Pacing;
import dev.merpati.benchmark.rest.Product;
import dev.merpati.benchmark.rest.RestFigures;
import dev.merpati.benchmark.rest.RestSteps;
import dev.merpati.benchmark.text.TextFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** One run: everything against the same simulator, one after the other, and nothing else of ours running beside it. */
final class BenchmarkRun {
    /** The worker's JVM, and that of bare Cobalt: as in a small container, on a host of any size. */
    static final List<String> WORKER_FLAGS = List.of(
            "-Xms64m",
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            // What a full collection frees goes back to the system, so that the resident size says what is needed.
            "-XX:MinHeapFreeRatio=20",
            "-XX:MaxHeapFreeRatio=40");

    private final BenchmarkPlan plan;
    private final Path folder;
    private final Path publishedCobalt;
    private final Consumer<String> progress;

    /**
     * A run that has not begun.
     *
     * @param folder for data and logs; absent or empty
     * @param publishedCobalt the jar from Maven Central
     */
    BenchmarkRun(BenchmarkPlan plan, Path folder, Path publishedCobalt, Consumer<String> progress) {
        this.plan = plan;
        this.folder = folder;
        this.publishedCobalt = publishedCobalt;
        this.progress = progress;
    }

    /** Blocks for minutes. Any wrong answer ends it with an exception. */
    Figures run() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (var product = Product.in(folder, WORKER_FLAGS)) {
            var bare = new BareCobalt(folder, WORKER_FLAGS);
            progress.accept("bare Cobalt, as the worker has it");
            TextFigures adapter = bare.adapter(product.simulator(), plan.texts());
            progress.accept("bare Cobalt, as it is published");
            TextFigures published = bare.published(product.simulator(), plan.texts(), publishedCobalt);
            return product(product, adapter, published);
        }
    }

    private Figures product(Product product, TextFigures adapter, TextFigures published)
            throws IOException, InterruptedException {
        SortedMap<Integer, Footprint> footprints = new TreeMap<>();
        progress.accept("REST: starting");
        product.start(Pacing.RAISED);
        footprints.put(0, product.workerFootprint());

        product.pairUpTo(plan.texts().sessions());
        RestFigures rest = new RestSteps(plan.texts(), step -> progress.accept("REST: " + step)).measure(product);
        Footprint afterLoad = product.workerFootprint();
        ReceiveFigures received =
                new ReceiveSteps(plan.texts(), step -> progress.accept("receive: " + step)).measure(product);

        Duration coldStart = Duration.ZERO;
        Duration fastColdStart = Duration.ZERO;
        var sizes = new TreeSet<>(plan.footprints());
        sizes.add(plan.coldStart());
        for (int size : sizes) {
            progress.accept(size + " sessions");
            product.pairUpTo(size);
            if (size == plan.coldStart()) {
                coldStart = product.restartWorker(Pacing.DEFAULT);
            }
            Duration fast = product.restartWorker(Pacing.RAISED);
            if (size == plan.coldStart()) {
                fastColdStart = fast;
            }
            footprints.put(size, product.workerFootprint());
        }
        return new Figures(adapter, published, rest, received, coldStart, fastColdStart, footprints, afterLoad);
    }
}
