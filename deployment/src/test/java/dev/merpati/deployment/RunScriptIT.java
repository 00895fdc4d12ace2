package dev.merpati.deployment;

import static dev.merpati.deployment.SettingsReference.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the simulator, which needs nothing else, with {@code deploy/run.sh}. */
@Tag("heavy")
class RunScriptIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path folder = Path.of("");

    private final List<Process> processes = new ArrayList<>();
    private Path jar = Path.of("");
    private String path = System.getenv("PATH");

    @BeforeEach
    void copyTheJar() throws IOException {
        jar = folder.resolve("simulator.jar");
        Files.copy(REPOSITORY.resolve("whatsapp-simulator/target/whatsapp-simulator-exec.jar"), jar);
    }

    @AfterEach
    void killWhatIsLeft() {
        processes.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Test
    void preparesOnceAndAgainForAnotherJar() throws Exception {
        // "on" ends the JVM if it cannot use the cache.
        String first = startAndStop("first", "-XX:AOTMode=on");
        assertThat(first).contains("Preparing a fast start of simulator.jar");
        Path prepared = prepared();

        assertThat(startAndStop("second", "-XX:AOTMode=on -Xmx300m -XX:+UseParallelGC"))
                .doesNotContain("Preparing");
        assertThat(prepared()).isEqualTo(prepared);

        // Somebody else prepares something elsewhere.
        processes.add(new ProcessBuilder("sh", "-c", "sleep 300; :", "/elsewhere/being-made-1/app.jar:").start());
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(prepareOnly()).contains("Preparing");
        assertThat(prepared()).isNotEqualTo(prepared);
        assertThat(prepareOnly()).isEmpty();
        assertThat(startAndStop("third", "-XX:AOTMode=on")).doesNotContain("Preparing");
    }

    @Test
    void leavesNothingHalfMadeBehind() throws Exception {
        Process start = start("killed", "");
        await().atMost(PATIENCE).until(() -> made().anyMatch(file -> file.endsWith("training.log")));
        start.descendants().forEach(ProcessHandle::destroyForcibly);
        start.destroyForcibly().waitFor();

        assertThat(made().filter(file -> !file.toString().contains("being-made-")))
                .isEmpty();
        takePsAway();
        assertThat(startAndStop("after", "-XX:AOTMode=on")).contains("Preparing");
    }

    /** As on a small Debian. */
    private void takePsAway() throws IOException {
        Path ps = Files.createDirectory(folder.resolve("bin")).resolve("ps");
        Files.writeString(ps, "#!/bin/sh\nexit 127\n");
        assertThat(ps.toFile().setExecutable(true)).isTrue();
        path = ps.getParent() + ":" + path;
    }

    @Test
    void startsAJarAsItIsIfItIsToldSo() throws Exception {
        ProcessBuilder builder = builder("plain", "");
        builder.environment().put("MERPATI_FAST_START", "false");
        processes.add(builder.start());

        await().atMost(PATIENCE).until(() -> output("plain").contains("WhatsApp simulator, ready"));
        assertThat(output("plain")).doesNotContain("Preparing");
        assertThat(folder.resolve("simulator.jar.run")).doesNotExist();
    }

    private String startAndStop(String name, String options) throws Exception {
        Process process = start(name, options);
        await().atMost(PATIENCE).until(() -> !process.isAlive() || output(name).contains("WhatsApp simulator, ready"));
        assertThat(process.isAlive()).as(output(name)).isTrue();
        process.destroy();
        assertThat(process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        return output(name);
    }

    private Process start(String name, String options) throws IOException {
        Process process = builder(name, options).start();
        processes.add(process);
        return process;
    }

    private String prepareOnly() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        REPOSITORY.resolve("deploy/run.sh").toString(), "--prepare", jar.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prepare.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        processes.add(process);
        assertThat(process.waitFor(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).isZero();
        return output("prepare");
    }

    private ProcessBuilder builder(String name, String options) {
        ProcessBuilder builder = new ProcessBuilder(
                        REPOSITORY.resolve("deploy/run.sh").toString(),
                        jar.toString(),
                        "--proxy-port=0",
                        "--control-port=0")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("MERPATI_JAVA_OPTIONS", options);
        builder.environment().put("PATH", path);
        return builder;
    }

    private String output(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }

    private Path prepared() {
        List<Path> folders = made().filter(file -> file.endsWith("app.aot"))
                .map(Path::getParent)
                .toList();
        assertThat(folders).hasSize(1);
        return folders.getFirst();
    }

    private Stream<Path> made() {
        Path run = folder.resolve("simulator.jar.run");
        if (!Files.exists(run)) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.walk(run)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException | UncheckedIOException e) {
            return Stream.of(); // It changes while it is read.
        }
    }
}
