package dev.merpati.deployment;

import static dev.merpati.deployment.SettingsReference.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the workflows of the public CI, and the script that looks vulnerabilities up. */
class WorkflowsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void actionsArePinnedAndCommandsExist() throws IOException {
        String launcher = Files.readString(REPOSITORY.resolve("merpati"));
        try (Stream<Path> files = Files.list(REPOSITORY.resolve(".github/workflows"))) {
            List<Path> workflows = files.toList();
            assertThat(workflows).isNotEmpty();
            for (Path workflow : workflows) {
                String text = Files.readString(workflow);
                assertThat(YamlFile.documents(text)).hasSize(1);
                assertThat(found("uses: (.*)", text))
                        .isNotEmpty()
                        .allMatch(action -> action.matches("[a-z-]+/[a-z-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+"));
                assertThat(found("\\./merpati ([a-z-]+)", text))
                        .isNotEmpty()
                        .allSatisfy(command -> assertThat(launcher).contains("\n" + command + ")\n"));
                assertThat(text).contains("permissions:\n  contents: read");
            }
        }
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Test
    void aCriticalVulnerabilityFailsTheCheck() throws Exception {
        assertThat(check("CRITICAL")).startsWith("1: ").contains("OSV-1 CRITICAL a hole", "1 of them critical");
        assertThat(check("MODERATE")).startsWith("0: ").contains("OSV-1 MODERATE a hole", "0 of them critical");
    }

    @Test
    void aDatabaseThatIsAwayIsToldAsSuch() throws Exception {
        assertThat(run("http://127.0.0.1:1")).startsWith("0: ").contains("NOT CHECKED");
    }

    private String check(String severity) throws Exception {
        HttpServer database = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(database, "/v1/querybatch", "{\"results\":[{\"vulns\":[{\"id\":\"OSV-1\"}]}]}");
        answer(
                database,
                "/v1/vulns/OSV-1",
                "{\"summary\":\"a hole\",\"database_specific\":{\"severity\":\"" + severity + "\"}}");
        database.start();
        try {
            return run("http://127.0.0.1:" + database.getAddress().getPort());
        } finally {
            database.stop(0);
        }
    }

    private static void answer(HttpServer server, String path, String json) {
        server.createContext(path, exchange -> {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private String run(String database) throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/jq")) && Files.isExecutable(Path.of("/usr/bin/curl")))
                .as("jq and curl are installed")
                .isTrue();
        Path sbom = Files.writeString(
                folder.resolve("sbom.json"),
                "{\"components\":[{\"purl\":\"pkg:maven/org.example/a@1?type=jar\"},{\"purl\":\"pkg:maven/dev.merpati/b@1\"}]}");
        ProcessBuilder builder = new ProcessBuilder(
                        REPOSITORY.resolve("deploy/vulnerabilities.sh").toString(), sbom.toString())
                .redirectErrorStream(true);
        builder.environment().put("OSV_URL", database);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + ": " + output;
    }
}
