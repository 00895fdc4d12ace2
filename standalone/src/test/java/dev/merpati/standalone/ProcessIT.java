package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Standalone as a person starts and stops it: a process of its own. */
@Tag("heavy")
class ProcessIT {
    private static final Path JAR = Path.of("target", "standalone.jar").toAbsolutePath();
    private static final Path LAUNCHER = Path.of("..", "merpati").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    private Path folder = Path.of("");

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void killWhatIsLeft() {
        processes.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Test
    void saysWhereItServesAndStopsCleanly() throws Exception {
        Process standalone = start(data());
        JsonNode ready = awaitReady();
        GatewayClient api = new GatewayClient(
                ready.required("gatewayUrl").asString(),
                ready.required("apiKey").asString());
        SimulatorClient simulator =
                new SimulatorClient(ready.required("simulatorUrl").asString());
        List<ProcessHandle> descendants = standalone.descendants().toList();
        assertThat(descendants).isNotEmpty();
        String session = api.connectedSession(simulator, "6281100000001");
        api.sent(session, "6281100000002", "Hello from WhatsApp API!");
        assertThat(output())
                .contains(
                        ready.required("gatewayUrl").asString(),
                        ready.required("apiKey").asString());

        interrupt(standalone);

        assertThat(standalone.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(descendants).noneMatch(ProcessHandle::isAlive);
        assertThat(readyFile()).doesNotExist();
        assertThat(output()).doesNotContain("Exception");
    }

    @Test
    void comesBackAfterItWasKilledAndLeavesNoProcessBehind() throws Exception {
        Process killed = start(data());
        JsonNode ready = awaitReady();
        SimulatorClient simulator =
                new SimulatorClient(ready.required("simulatorUrl").asString());
        String session = api(ready).connectedSession(simulator, "6281100000003");
        List<ProcessHandle> descendants = killed.descendants().toList();

        killed.destroyForcibly().waitFor();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(descendants).noneMatch(ProcessHandle::isAlive));
        Files.delete(readyFile());
        start(data());
        GatewayClient api = api(awaitReady());
        api.awaitStatus(session, "connected");
        api.sent(session, "6281100000004", "after the crash");
    }

    @Test
    void saysThatTheDataFolderIsInUse() throws Exception {
        try (DataFolder used = DataFolder.open(data())) {
            assertThat(used.readyFile()).doesNotExist();
            start(data());

            assertThat(failure()).hasSize(1).first().asString().contains("in use by another run", "--data");
        }
    }

    @Test
    void saysThatAPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            start(data(), "--port", String.valueOf(taken.getLocalPort()));

            assertThat(failure())
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("port " + taken.getLocalPort() + " is in use", "--port");
        }
    }

    @Test
    void saysThatTheJdkIsTooOld() throws Exception {
        Path oldJdk = Files.createDirectories(folder.resolve("jdk-17").resolve("bin"));
        Files.createFile(
                oldJdk.resolve("javac"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(folder.resolve("jdk-17").resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");

        run(
                List.of(LAUNCHER.toString(), "start"),
                Map.of("MERPATI_JAVA_HOME", folder.resolve("jdk-17").toString()));

        assertThat(failure()).hasSize(1).first().asString().contains("version 17", "25 or newer is needed");
    }

    private Process start(Path data, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                // A run in the background of a shell ignores Ctrl-C, and hands that on to what it starts.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                JAR.toString()));
        // Of an option that is given twice, the parser would complain.
        if (!List.of(options).contains("--port")) {
            command.addAll(List.of("--port", "0"));
        }
        command.addAll(List.of("--simulator-port", "0", "--data", data.toString()));
        command.addAll(List.of(options));
        return run(command, Map.of());
    }

    private Process run(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private List<String> failure() throws Exception {
        Process process = processes.getLast();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        return output().lines().toList();
    }

    private JsonNode awaitReady() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(readyFile()).as(output()).exists());
        return JsonMapper.builder().build().readTree(readyFile().toFile());
    }

    private static GatewayClient api(JsonNode ready) {
        return new GatewayClient(
                ready.required("gatewayUrl").asString(),
                ready.required("apiKey").asString());
    }

    private static void interrupt(Process process) throws Exception {
        new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start().waitFor();
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path readyFile() {
        return data().resolve("standalone.json");
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }
}
