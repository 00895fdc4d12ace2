package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.cluster.GatewayClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares what the running product exports with docs/metrics.md, the dashboards and the alerts. */
@ExtendWith(ProductExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsIT {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Path PROMETHEUS = REPOSITORY.resolve("deploy/prometheus");
    private static final Path DASHBOARDS = REPOSITORY.resolve("deploy/grafana/dashboards");
    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| `([a-z0-9_]+)` \\| (counter|gauge|timer|histogram) \\|([^|]+)\\|([^|]*)\\|[^|]+\\|$");
    private static final Pattern LIBRARY = Pattern.compile("(?m)^\\| `([a-z0-9_]+\\*?)` \\| [^|]+ \\| [^|]+ \\|$");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*),\\s*([a-z_]+)\\)");
    /** Prometheus' own. */
    private static final Map<String, Set<String>> SCRAPED = Map.of("up", Set.of());

    private static final Set<String> OF_EVERY_TARGET = Set.of("job", "instance");
    private static final Map<String, String> TYPES =
            Map.of("counter", "counter", "gauge", "gauge", "timer", "summary", "histogram", "histogram");

    private final Product product;
    private final String number = Product.newNumber();
    private String session = "";
    private Exposition exported = Exposition.read(List.of());

    MetricsIT(Product product) {
        this.product = product;
    }

    /** One documented metric of ours. */
    private record Documented(String type, Set<String> labels) {}

    @BeforeAll
    void useEverythingThatIsMeasuredOnlyThen() throws Exception {
        GatewayClient api = product.api();
        session = api.connectedSession(product.simulator(), number);
        String other = Product.newNumber();
        product.simulator().addPhone(other);
        api.sent(session, other, "measured");
        api.check(session, List.of(other)).expect(200);
        get("/no/such/page/" + session, "");
        get("/api/no-such/" + session, product.apiKey());
        get("/api/sessions/" + session, "mk_live_wrong");
        get("/docs", "");
        get("/assets/app.css", "");
        // Pauses are exported from the first one on, and Micrometer hears of it a little later.
        System.gc();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            exported = Exposition.read(
                    Stream.of(product.gatewayMetrics(), product.workerMetrics(), product.dispatcherMetrics())
                            .map(url -> send(url, ""))
                            .toList());
            return exported.labels().containsKey("jvm_gc_pause_seconds_max");
        });
    }

    @Test
    void theDocumentListsEveryMetricOfOursAsItIsExported() {
        Map<String, Documented> documented = documented();
        Map<String, Documented> found = new TreeMap<>();
        exported.types().forEach((family, type) -> {
            if (family.startsWith("merpati_") && !isMaximum(family)) {
                found.put(family, new Documented(type, exported.labelsOf(family)));
            }
        });

        assertThat(found).isEqualTo(documented);
    }

    @Test
    void theDocumentListsWhatTheLibrariesExport() {
        Set<String> patterns = found(LIBRARY, read(REPOSITORY.resolve("docs/metrics.md")));
        List<String> others = exported.types().keySet().stream()
                .filter(family -> !family.startsWith("merpati_") && !isMaximum(family))
                .toList();

        assertThat(others)
                .isNotEmpty()
                .allSatisfy(family -> assertThat(patterns).anyMatch(pattern -> matches(pattern, family)));
        assertThat(patterns)
                .isNotEmpty()
                .allSatisfy(pattern -> assertThat(others).anyMatch(family -> matches(pattern, family)));
    }

    @Test
    void noLabelNamesATenantASessionOrANumber() {
        Set<String> values =
                exported.values().values().stream().flatMap(Set::stream).collect(Collectors.toSet());

        assertThat(values)
                .noneMatch(value -> value.contains(session))
                .noneMatch(value -> value.contains(number))
                .noneMatch(value -> value.contains("mk_live"));
        assertThat(exported.values().get("tenant")).isNull();
    }

    @Test
    void requestsAreMeasuredByRouteAndNotByUrl() {
        assertThat(exported.values().get("uri"))
                .contains("/api/sessions/{sessionId}/send", "NOT_FOUND", "UNKNOWN")
                .allSatisfy(uri -> assertThat(uri)
                        .matches("NOT_FOUND|UNKNOWN|REDIRECTION|root|(/[A-Za-z0-9{}*.:-]*)+")
                        .doesNotContainPattern("[0-9a-f]{8}-|no/such|no-such"));
    }

    @Test
    void dashboardsAndAlertsNameOnlyWhatIsExported() {
        Map<String, Set<String>> external = external();
        Map<String, List<String>> wrong = new TreeMap<>();
        Set<String> used = new TreeSet<>();
        expressions().forEach((expression, place) -> {
            PromQl read = PromQl.read(expression);
            used.addAll(read.selectors().keySet());
            Set<String> known = new LinkedHashSet<>(OF_EVERY_TARGET);
            read.selectors().forEach((metric, labels) -> {
                Set<String> has = labelsOf(metric, external);
                if (has == null) {
                    wrong.computeIfAbsent(place, _ -> new ArrayList<>()).add("no metric " + metric);
                } else {
                    known.addAll(has);
                    labels.stream()
                            .filter(label -> !has.contains(label) && !OF_EVERY_TARGET.contains(label))
                            .forEach(label -> wrong.computeIfAbsent(place, _ -> new ArrayList<>())
                                    .add("no label " + label + " of " + metric));
                }
            });
            read.groupings().stream()
                    .filter(label -> !known.contains(label))
                    .forEach(label ->
                            wrong.computeIfAbsent(place, _ -> new ArrayList<>()).add("nothing has a label " + label));
        });

        assertThat(wrong).isEmpty();
        assertThat(used).as("the metrics of others that are listed").containsAll(external.keySet());
    }

    private @Nullable Set<String> labelsOf(String metric, Map<String, Set<String>> external) {
        Set<String> own = exported.labels().get(metric);
        return own != null ? own : external.getOrDefault(metric, SCRAPED.get(metric));
    }

    /** Metrics of other exporters, with their labels. */
    private static Map<String, Set<String>> external() {
        Map<String, Set<String>> metrics = new LinkedHashMap<>();
        for (String line :
                read(PROMETHEUS.resolve("external-metrics.txt")).lines().toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                List<String> words = Arrays.asList(line.split(" "));
                metrics.put(words.getFirst(), Set.copyOf(words.subList(1, words.size())));
            }
        }
        return metrics;
    }

    /** Every expression, and where it stands. */
    private static Map<String, String> expressions() {
        Map<String, String> expressions = new LinkedHashMap<>();
        forEach(
                new Yaml().load(read(PROMETHEUS.resolve("alerts.yml"))),
                "groups",
                group -> forEach(
                        group,
                        "rules",
                        rule -> expressions.put(
                                String.valueOf(((Map<?, ?>) rule).get("expr")),
                                "alert " + ((Map<?, ?>) rule).get("alert"))));
        assertThat(expressions).hasSizeGreaterThan(20);
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            for (Path file : files.toList()) {
                int before = expressions.size();
                add(file, expressions);
                assertThat(expressions).as("%s", file).hasSizeGreaterThan(before);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return expressions;
    }

    private static void add(Path file, Map<String, String> expressions) {
        JsonNode dashboard = JsonMapper.shared().readTree(read(file));
        for (JsonNode panel : dashboard.required("panels")) {
            String place = file.getFileName() + ", " + panel.required("title").asString();
            panel.path("targets")
                    .forEach(target -> expressions.put(target.required("expr").asString(), place));
        }
        for (JsonNode variable : dashboard.required("templating").required("list")) {
            variable.path("definition").asStringOpt().ifPresent(query -> {
                MatchResult parts =
                        LABEL_VALUES.matcher(query).results().findFirst().orElseThrow();
                expressions.put(
                        "count by (" + parts.group(2) + ") (" + parts.group(1) + ")",
                        file.getFileName() + ", " + query);
            });
        }
    }

    private static void forEach(Object of, String name, Consumer<Object> action) {
        ((List<?>) Objects.requireNonNull(((Map<?, ?>) of).get(name))).forEach(action);
    }

    private static Map<String, Documented> documented() {
        Map<String, Documented> documented = new TreeMap<>();
        ROW.matcher(read(REPOSITORY.resolve("docs/metrics.md")))
                .results()
                .forEach(row -> documented.put(
                        row.group(1),
                        new Documented(
                                Objects.requireNonNull(TYPES.get(row.group(2))),
                                new TreeSet<>(found(CODE, row.group(4))))));
        assertThat(documented).isNotEmpty();
        return documented;
    }

    /** Of a timer or a histogram, beside its other samples. */
    private boolean isMaximum(String family) {
        return family.endsWith("_max") && exported.types().containsKey(family.substring(0, family.length() - 4));
    }

    private static boolean matches(String pattern, String family) {
        return pattern.endsWith("*")
                ? family.startsWith(pattern.substring(0, pattern.length() - 1))
                : family.equals(pattern);
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toSet());
    }

    private void get(String path, String key) {
        send(product.url() + path, key);
    }

    private static String send(String url, String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (!key.isEmpty()) {
            request.header("X-API-Key", key);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
