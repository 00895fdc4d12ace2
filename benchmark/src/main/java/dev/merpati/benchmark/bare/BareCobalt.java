package dev.merpati.benchmark.bare;

import dev.merpati.benchmark.text.TextFigures;
import dev.merpati.benchmark.text.TextPlan;
import dev.merpati.cluster.SimulatorProcess;
import dev.merpati.model.Json;
import it.auties.whatsapp.socket.SocketSession;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures bare Cobalt: each kind in a process of its own, in which is nothing but Cobalt and the loop around it.
 *
 * @param folder for options, figures and logs
 * @param jvmFlags the flags of the worker's JVM
 */
public record BareCobalt(Path folder, List<String> jvmFlags) {
    private static final int TIMEOUT_MINUTES = 10;
    private static final String PATH = System.getProperty("java.class.path");

    /** Cobalt with the changed call sites, as the worker has it. */
    public TextFigures adapter(SimulatorProcess simulator, TextPlan plan) throws IOException, InterruptedException {
        return run(BareKind.ADAPTER, simulator, plan, List.of("-cp", PATH));
    }

    /**
     * Cobalt as it was published.
     *
     * @param published its jar, or a folder with its classes
     */
    public TextFigures published(SimulatorProcess simulator, TextPlan plan, Path published)
            throws IOException, InterruptedException {
        var changed = changedCobalt();
        var others = Stream.of(PATH.split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).toAbsolutePath().equals(changed));
        var classPath =
                Stream.concat(Stream.of(published.toString()), others).collect(Collectors.joining(File.pathSeparator));
        return run(
                BareKind.PUBLISHED,
                simulator,
                plan,
                // With a common pool as small as on a machine with few cores its first message waits for ever.
                List.of("-Djava.util.concurrent.ForkJoinPool.common.parallelism=256", "-cp", classPath));
    }

    private TextFigures run(BareKind kind, SimulatorProcess simulator, TextPlan plan, List<String> flags)
            throws IOException, InterruptedException {
        var options = folder.resolve("bare-" + kind + ".json");
        var figures = folder.resolve("bare-" + kind + "-figures.json");
        var log = folder.resolve("bare-" + kind + ".log");
        Files.write(
                options,
                Json.MAPPER.writeValueAsBytes(new BareOptions(
                        simulator.proxyUrl(),
                        simulator.controlUrl(),
                        simulator.caCertificate().toString(),
                        plan)));
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(flags);
        command.addAll(List.of(BareMain.class.getName(), kind.name(), options.toString(), figures.toString()));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException("bare Cobalt (" + kind + ") was not measured, see " + log);
            }
        } finally {
            process.destroyForcibly();
        }
        return Json.MAPPER.readValue(Files.readAllBytes(figures), TextFigures.class);
    }

    private static Path changedCobalt() {
        try {
            var location =
                    SocketSession.class.getProtectionDomain().getCodeSource().getLocation();
            return Path.of(location.toURI()).toAbsolutePath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
