package dev.merpati.benchmark.bare;

import dev.merpati.benchmark.text.Arrivals;
import dev.merpati.benchmark.text.TextSteps;
import dev.merpati.cluster.SimulatorClient;
import dev.merpati.model.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process that measures one of the Cobalts: {@code BareMain KIND OPTIONS.json FIGURES.json}. */
final class BareMain {
    private BareMain() {}

    public static void main(String[] arguments) throws Exception {
        Thread.ofPlatform().daemon().start(BareMain::endWithParent);
        var kind = BareKind.valueOf(arguments[0]);
        var options = Json.MAPPER.readValue(Files.readAllBytes(Path.of(arguments[1])), BareOptions.class);
        var simulator = new SimulatorClient(options.control());
        try (var sessions = kind.open(options, simulator)) {
            System.out.println("pairing");
            for (int i = 0; i < options.plan().sessions(); i++) {
                sessions.pair(kind.sessions().number(i));
            }
            var arrivals = new Arrivals(simulator);
            var figures = new TextSteps(options.plan(), System.out::println).measure(sessions, kind.recipients());
            arrivals.require(figures.sent());
            Files.write(Path.of(arguments[2]), Json.MAPPER.writeValueAsBytes(figures));
        }
        // The published Cobalt leaves threads behind.
        System.exit(0);
    }

    /** The other end of the standard input is the benchmark's: it closes when that ends, however it ends. */
    private static void endWithParent() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The same.
        }
        Runtime.getRuntime().halt(1);
    }
}
