package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Checks the alerts with Prometheus' own tool, and that each is tested and has its place in the runbook. */
class AlertsTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Path FOLDER = REPOSITORY.resolve("deploy/prometheus");

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/promtool"), REPOSITORY.resolve("target/prometheus/usr/bin/promtool"));

    @Test
    void promtoolTakesTheConfigurationAndTheRules() throws Exception {
        assertThat(promtool("check", "config", "--syntax-only", "prometheus.yml"))
                .contains("SUCCESS");
        assertThat(promtool("check", "rules", "alerts.yml")).contains("SUCCESS: " + alerts().size() + " rules");
        assertThat(promtool("check", "rules", "compose.yml")).contains("SUCCESS: 1 rules");
    }

    @Test
    void eachAlertFiresAndIsSilentWhenItShould() throws Exception {
        assertThat(promtool("test", "rules", "alerts_test.yml")).contains("SUCCESS");
        assertThat(promtool("test", "rules", "compose_test.yml")).contains("SUCCESS");
    }

    @Test
    void eachAlertHasATestThatFiresAndOneThatDoesNot() {
        Set<String> fire = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        list(yaml("alerts_test.yml"), "tests")
                .forEach(test -> list(test, "alert_rule_test")
                        .forEach(check ->
                                (list(check, "exp_alerts").isEmpty() ? silent : fire).add(text(check, "alertname"))));

        Set<String> names = alerts().stream().map(rule -> text(rule, "alert")).collect(Collectors.toSet());
        assertThat(fire).isEqualTo(names);
        assertThat(silent).isEqualTo(names);
    }

    @Test
    void theRunbookHasASectionForEachAlertAndForNoOther() throws IOException {
        List<String> sections = Pattern.compile("(?m)^### (\\w+)$")
                .matcher(Files.readString(REPOSITORY.resolve("docs/runbook.md")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();

        assertThat(sections)
                .containsExactlyInAnyOrderElementsOf(
                        alerts().stream().map(rule -> text(rule, "alert")).toList());
        assertThat(alerts())
                .allSatisfy(rule -> assertThat(text(map(rule, "annotations"), "runbook"))
                        .isEqualTo("docs/runbook.md#" + text(rule, "alert").toLowerCase(Locale.ROOT)));
    }

    /**
     * Runs {@code promtool}. Where there is none the test is skipped, but in CI it fails: {@code ./merpati test} unpacks it
     * where it can, and says at its end when it is missing.
     */
    private static String promtool(String... arguments) throws IOException, InterruptedException {
        Optional<Path> tool = PLACES.stream().filter(Files::isExecutable).findFirst();
        if (tool.isEmpty() && System.getenv("CI") != null) {
            throw new AssertionError("There is no promtool: Debian's package prometheus has it");
        }
        Assumptions.assumeTrue(tool.isPresent(), "no promtool: Debian's package prometheus has it");
        List<String> command = new ArrayList<>(List.of(tool.orElseThrow().toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static List<Object> alerts() {
        return list(yaml("alerts.yml"), "groups").stream()
                .flatMap(group -> list(group, "rules").stream())
                .toList();
    }

    private static Object yaml(String file) {
        try {
            return new Yaml().load(Files.readString(FOLDER.resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Object> list(Object of, String name) {
        return ((List<?>) map(of, name)).stream().map(each -> (Object) each).toList();
    }

    private static Object map(Object of, String name) {
        return Objects.requireNonNull(map(of).get(name));
    }

    private static Map<?, ?> map(Object of) {
        return (Map<?, ?>) of;
    }

    private static String text(Object of, String name) {
        return String.valueOf(map(of).get(name));
    }
}
