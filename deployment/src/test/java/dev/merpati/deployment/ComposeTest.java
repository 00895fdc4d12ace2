package dev.merpati.deployment;

import static dev.merpati.deployment.SettingsReference.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the compose file against the code and the files that it mounts. */
class ComposeTest {
    private static final Pattern PINNED =
            Pattern.compile("[^:]+:v?\\d+\\.\\d+\\.\\d+(-[a-z]+)?|merpati/[a-z-]+:\\$\\{MERPATI_TAG:-latest}");

    private final Map<?, ?> services = map(
            map(YamlFile.documents(REPOSITORY.resolve("deploy/compose.yaml")).getFirst())
                    .get("services"));

    @Test
    void hasEverythingThatMerpatiNeeds() {
        assertThat(new TreeSet<>(
                        services.keySet().stream().map(Object::toString).toList()))
                .containsExactly(
                        "dispatcher",
                        "gateway",
                        "grafana",
                        "kafka",
                        "prometheus",
                        "proxy",
                        "redis",
                        "s3",
                        "simulator",
                        "worker");
        assertThat(map(service("gateway").get("deploy")).get("replicas")).isEqualTo(2);
        assertThat(map(service("worker").get("deploy")).get("replicas")).isEqualTo(3);
        assertThat(map(service("dispatcher").get("deploy")).get("replicas")).isEqualTo(2);
        assertThat(service("simulator").get("profiles")).isEqualTo(List.of("simulator"));
    }

    @Test
    void everyVariableIsASettingOfItsProgram() {
        assertThat(EnvironmentVariables.unknown(EnvironmentVariables.GATEWAY, environment("gateway")))
                .isEmpty();
        assertThat(EnvironmentVariables.unknown(EnvironmentVariables.WORKER, environment("worker")))
                .isEmpty();
        assertThat(EnvironmentVariables.unknown(EnvironmentVariables.DISPATCHER, environment("dispatcher")))
                .isEmpty();
        assertThat(environment("gateway")).hasSizeGreaterThan(10);
    }

    @Test
    void aVariableThatNobodyReadsIsFound() {
        assertThat(EnvironmentVariables.unknown(
                        EnvironmentVariables.GATEWAY,
                        Map.of(
                                "MERPATI_SHARD", "32",
                                "MERPATI_WORKER_ID", "w",
                                "SPRING_DATA_REDIS_HOSTNAME", "redis",
                                "SPRING_DATA_REDIS_HOST", "redis",
                                "MERPATI_PLANS_BASIC_SESSIONS", "1")))
                .containsExactlyInAnyOrder("MERPATI_SHARD", "MERPATI_WORKER_ID", "SPRING_DATA_REDIS_HOSTNAME");
    }

    /** A container that died is no target any more, since its name is gone; only a count tells that one is missing. */
    @Test
    void anAlertCountsTheProcessesThatItStarts() {
        assertThat(list(prometheus("prometheus.yml"), "rule_files").toArray()).contains("compose.yml");
        Map<?, ?> group = map(list(prometheus("compose.yml"), "groups").getFirst());
        String condition = String.valueOf(map(list(group, "rules").getFirst()).get("expr"));

        for (String name : List.of("gateway", "worker", "dispatcher")) {
            String target = "up{job=\"merpati-" + name + "\"}";
            assertThat(condition)
                    .contains("count by (job) (" + target + " == 1) < "
                            + map(service(name).get("deploy")).get("replicas") + " or absent(" + target + ")");
        }
    }

    /** By itself nginx asks for a name when it starts, and sends requests to where the gateways were once. */
    @Test
    void theProxyFollowsGatewaysToNewAddresses() throws IOException {
        assertThat(Files.readString(REPOSITORY.resolve("deploy/nginx.conf")))
                .containsPattern("(?m)^ +server gateway:8080 resolve ")
                .containsPattern("(?m)^ +resolver 127\\.0\\.0\\.11 valid=5s;$")
                .containsPattern("(?m)^ +zone gateways ");
        List<Integer> version = Pattern.compile("\\d+")
                .matcher(String.valueOf(service("proxy").get("image")))
                .results()
                .map(number -> Integer.valueOf(number.group()))
                .toList();
        assertThat(version.get(0) * 1_000_000 + version.get(1) * 1_000 + version.get(2))
                .as("nginx has \"resolve\" since 1.27.3")
                .isGreaterThanOrEqualTo(1_027_003);
    }

    @Test
    void imagesAreOursOrOfAnExactVersion() {
        services.forEach(
                (name, service) -> assertThat(String.valueOf(map(service).get("image")))
                        .as("%s", name)
                        .matches(PINNED));
        for (Program program : Program.ALL) {
            assertThat(services.values().stream()
                            .map(service -> String.valueOf(map(service).get("image"))))
                    .contains("merpati/" + program.module() + ":${MERPATI_TAG:-latest}");
        }
    }

    @Test
    void ourProgramsAreReadOnlyHealthyAndHaveTimeToStop() {
        for (String name : List.of("gateway", "worker", "dispatcher", "simulator")) {
            Map<?, ?> service = service(name);
            assertThat(service.get("read_only")).as(name).isEqualTo(true);
            assertThat(service.get("cap_drop")).isEqualTo(List.of("ALL"));
            List<?> test = (List<?>)
                    Objects.requireNonNull(map(service.get("healthcheck")).get("test"));
            assertThat(test.toArray()).contains(HealthCheck.class.getName());
        }
        assertThat(service("worker").get("stop_grace_period")).isEqualTo("45s");
        assertThat(service("dispatcher").get("stop_grace_period")).isEqualTo("30s");
        assertThat(service("gateway").get("stop_grace_period")).isEqualTo("60s");
    }

    @Test
    void whatIsMountedExists() {
        services.values().stream()
                .flatMap(service -> map(service).get("volumes") instanceof List<?> volumes ? volumes.stream() : null)
                .map(volume -> volume.toString().split(":", 2)[0])
                .filter(source -> source.startsWith("./"))
                .forEach(source ->
                        assertThat(REPOSITORY.resolve("deploy").resolve(source)).exists());
    }

    @Test
    void theVariablesThatTheUserSetsAreInTheReadme() throws IOException {
        String compose = Files.readString(REPOSITORY.resolve("deploy/compose.yaml"));
        String readme = Files.readString(REPOSITORY.resolve("deploy/README.md"));
        List<String> required = Pattern.compile("\\$\\{([A-Z_]+):\\?")
                .matcher(compose)
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(required).isNotEmpty().allSatisfy(name -> assertThat(readme).contains(name));
        assertThat(Files.readAllLines(REPOSITORY.resolve("deploy/simulator.env")).stream()
                        .map(line -> line.split("=", 2)[0])
                        .filter(name -> !name.equals("COMPOSE_PROFILES")))
                .allSatisfy(name -> assertThat(compose).contains("${" + name + ":-}"));
    }

    private static Map<?, ?> prometheus(String file) {
        return map(YamlFile.documents(REPOSITORY.resolve("deploy/prometheus").resolve(file))
                .getFirst());
    }

    private static List<?> list(Map<?, ?> of, String name) {
        return (List<?>) Objects.requireNonNull(of.get(name));
    }

    private Map<?, ?> service(String name) {
        return map(services.get(name));
    }

    private Map<String, String> environment(String name) {
        Map<String, String> environment = new LinkedHashMap<>();
        map(service(name).get("environment"))
                .forEach((key, value) -> environment.put(key.toString(), value(String.valueOf(value))));
        return environment;
    }

    /** As it would be without a value of the user's. */
    private static String value(String text) {
        return text.replaceAll("\\$\\{[A-Z_]+:-([^}]*)}", "$1").replaceAll("\\$\\{[A-Z_]+:\\?[^}]*}", "x");
    }

    private static Map<?, ?> map(@org.jspecify.annotations.Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new AssertionError("not a map: " + Arrays.asList(value));
    }
}
