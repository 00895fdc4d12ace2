package dev.merpati.deployment;

import static dev.merpati.deployment.SettingsReference.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.deployment.Manifests.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the files under k8s/ against the model of the Kubernetes API, our own rules, and the code. */
class KubernetesManifestsTest {
    private static final String DISPATCHER_YAML = "event-dispatcher/src/main/resources/dispatcher.yaml";

    private static Manifests manifests = Manifests.none();

    @BeforeAll
    static void read() {
        manifests = Manifests.under(REPOSITORY.resolve("k8s"));
    }

    @Test
    void everyFieldIsOfTheApi() {
        assertThat(manifests.objects()).hasSizeGreaterThan(25);
        assertThat(manifests.problems()).isEmpty();
    }

    @Test
    void anUnknownFieldIsAProblem() {
        Manifests wrong = Manifests.of("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: wrong}
                spec:
                  template:
                    spec:
                      containers:
                        - name: a
                          readinesProbe: {}
                """);

        assertThat(wrong.problems()).singleElement().asString().contains("readinesProbe");
    }

    @Test
    void podsAreRestricted() {
        assertThat(manifests.workloads()).hasSizeGreaterThanOrEqualTo(6);
        for (Workload workload : manifests.workloads()) {
            PodSpec pod = workload.pod();
            if (workload.isPatch()) {
                continue;
            }
            assertThat(pod.getSecurityContext().getRunAsNonRoot())
                    .as(workload.name())
                    .isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser())
                    .as(workload.name())
                    .isPositive();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(pod.getHostNetwork()).isNull();
        }
        for (Container container : manifests.containers()) {
            var context = container.getSecurityContext();
            assertThat(context).as(container.getName()).isNotNull();
            assertThat(context.getAllowPrivilegeEscalation())
                    .as(container.getName())
                    .isFalse();
            assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(container.getResources().getLimits())
                    .as(container.getName())
                    .containsKey("memory");
            assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
            assertThat(container.getResources().getRequests().get("memory"))
                    .isEqualTo(container.getResources().getLimits().get("memory"));
        }
    }

    @Test
    void ourProgramsCannotWriteTheirFilesAndRunAsTheUserOfTheirImages() {
        for (Workload workload : List.of(
                manifests.workload("merpati-gateway"),
                manifests.workload("merpati-worker"),
                manifests.workload("merpati-dispatcher"))) {
            Container container = workload.container();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(workload.pod().getSecurityContext().getRunAsUser() + ":"
                            + workload.pod().getSecurityContext().getRunAsGroup())
                    .isEqualTo(ImageBuilder.USER);
            assertThat(workload.pod().getAutomountServiceAccountToken()).isFalse();
            assertThat(container.getVolumeMounts())
                    .anyMatch(mount -> mount.getMountPath().equals("/tmp"));
        }
    }

    @Test
    void imagesAndPortsAreThoseOfThePrograms() {
        for (Program program : Program.ALL) {
            List<Container> containers = manifests.containers().stream()
                    .filter(container -> ("merpati/" + program.module()).equals(container.getImage()))
                    .toList();
            assertThat(containers).as(program.module()).hasSize(1);
            assertThat(containers.getFirst().getPorts().stream().map(port -> port.getContainerPort()))
                    .containsExactlyInAnyOrderElementsOf(program.ports());
        }
        Map<String, String> gateway = YamlFile.flat(REPOSITORY.resolve("api-gateway/src/main/resources/gateway.yaml"));
        Map<String, String> worker = YamlFile.flat(REPOSITORY.resolve("session-worker/src/main/resources/worker.yaml"));
        assertThat(port("merpati-gateway", "http")).isEqualTo(gateway.get("server.port"));
        assertThat(port("merpati-gateway", "management")).isEqualTo(gateway.get("management.server.port"));
        assertThat(worker.get("server.port")).contains(":" + port("merpati-worker", "management") + "}");
        assertThat(YamlFile.flat(REPOSITORY.resolve(DISPATCHER_YAML)).get("server.port"))
                .contains(":" + port("merpati-dispatcher", "management") + "}");
    }

    private static String port(String workload, String name) {
        return manifests.workload(workload).container().getPorts().stream()
                .filter(port -> port.getName().equals(name))
                .map(port -> port.getContainerPort().toString())
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"merpati-gateway", "merpati-worker", "merpati-dispatcher"})
    void probesAskForTheHealthGroupsThatTheProgramHas(String name) throws IOException {
        String yaml = Files.readString(REPOSITORY.resolve(
                switch (name) {
                    case "merpati-gateway" -> "api-gateway/src/main/resources/gateway.yaml";
                    case "merpati-worker" -> "session-worker/src/main/resources/worker.yaml";
                    default -> DISPATCHER_YAML;
                }));
        assertThat(yaml).contains("liveness:", "readiness:", "probes:");
        Container container = manifests.workload(name).container();

        assertThat(path(container.getLivenessProbe())).isEqualTo("/actuator/health/liveness");
        assertThat(path(container.getStartupProbe())).isEqualTo("/actuator/health/liveness");
        assertThat(path(container.getReadinessProbe())).isEqualTo("/actuator/health/readiness");
        // A slow start is no reason to be killed.
        assertThat(container.getStartupProbe().getFailureThreshold()
                        * container.getStartupProbe().getPeriodSeconds())
                .isGreaterThanOrEqualTo(60);
    }

    private static String path(Probe probe) {
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
        return probe.getHttpGet().getPath();
    }

    @Test
    void aWorkerHasTheTimeToHandOver() {
        int handover = seconds(Objects.requireNonNull(SettingsReference.worker().get("merpati.worker.handover-timeout"))
                .initial());
        int session = Manifests.environment(manifests.workload("merpati-worker").container()).entrySet().stream()
                .filter(variable -> variable.getKey().equals("MERPATI_WORKER_SESSIONTIMEOUT"))
                .mapToInt(variable -> seconds(variable.getValue()))
                .findFirst()
                .orElseThrow();
        long grace = manifests.workload("merpati-worker").pod().getTerminationGracePeriodSeconds();

        assertThat(grace).isGreaterThanOrEqualTo(2L * handover);
        // A pod that is replaced is back before its shards go to others.
        assertThat(session).isGreaterThanOrEqualTo(45);
    }

    @Test
    void aDispatcherHasTheTimeToHandOverAndIsNamedByItsPod() {
        int handover = seconds(
                Objects.requireNonNull(SettingsReference.dispatcher().get("merpati.dispatcher.handover-timeout"))
                        .initial());
        Workload workload = manifests.workload("merpati-dispatcher");

        assertThat(workload.pod().getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(2L * handover);
        assertThat(workload.container().getEnv())
                .filteredOn(variable -> variable.getName().equals("MERPATI_DISPATCHER_ID"))
                .singleElement()
                .satisfies(variable -> assertThat(
                                variable.getValueFrom().getFieldRef().getFieldPath())
                        .isEqualTo("metadata.name"));
        assertThat(((HorizontalPodAutoscaler) manifests.object("HorizontalPodAutoscaler", "merpati-dispatcher"))
                        .getSpec()
                        .getMaxReplicas())
                .isLessThanOrEqualTo(32);
    }

    @Test
    void aGatewayHasTheTimeToAnswer() {
        Map<String, String> gateway = YamlFile.flat(REPOSITORY.resolve("api-gateway/src/main/resources/gateway.yaml"));
        Workload workload = manifests.workload("merpati-gateway");
        int shutdown = seconds(gateway.getOrDefault("spring.lifecycle.timeout-per-shutdown-phase", ""));
        long sleep = workload.container().getLifecycle().getPreStop().getSleep().getSeconds();

        assertThat(workload.pod().getTerminationGracePeriodSeconds()).isGreaterThan(shutdown + sleep);
    }

    private static int seconds(String duration) {
        return Integer.parseInt(duration.replace("s", ""));
    }

    @Test
    void workersKeepTheirNamesAndStartTogether() {
        StatefulSet worker = (StatefulSet) manifests.object("StatefulSet", "merpati-worker");
        Container container = manifests.workload("merpati-worker").container();

        assertThat(worker.getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
        assertThat(worker.getSpec().getUpdateStrategy().getType()).isEqualTo("RollingUpdate");
        assertThat(container.getEnv())
                .filteredOn(variable -> variable.getName().equals("MERPATI_WORKER_ID"))
                .singleElement()
                .satisfies(variable -> assertThat(
                                variable.getValueFrom().getFieldRef().getFieldPath())
                        .isEqualTo("metadata.name"));
    }

    @Test
    void atMostOneGoesAwayAtATimeAndTheyAreSpread() {
        for (String name : List.of("merpati-gateway", "merpati-worker", "merpati-dispatcher")) {
            PodDisruptionBudget budget = (PodDisruptionBudget) manifests.object("PodDisruptionBudget", name);
            assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
            assertThat(budget.getSpec().getSelector().getMatchLabels())
                    .isEqualTo(Map.of("app.kubernetes.io/name", name));
            assertThat(manifests.workload(name).pod().getTopologySpreadConstraints().stream()
                            .map(constraint -> constraint.getTopologyKey()))
                    .containsExactlyInAnyOrder("topology.kubernetes.io/zone", "kubernetes.io/hostname");
        }
    }

    @Test
    void workersAreScaledByTheirSessionsAndSlowlyDown() throws IOException {
        HorizontalPodAutoscaler worker =
                (HorizontalPodAutoscaler) manifests.object("HorizontalPodAutoscaler", "merpati-worker");

        var metric = worker.getSpec().getMetrics().getFirst();
        assertThat(metric.getType()).isEqualTo("Pods");
        String name = metric.getPods().getMetric().getName();
        try (Stream<java.nio.file.Path> sources = Files.walk(REPOSITORY.resolve("session-worker/src/main/java"))) {
            assertThat(sources.filter(file -> file.toString().endsWith(".java")))
                    .as("the worker has a metric %s", name)
                    .anyMatch(file -> contains(file, "\"" + name.replace('_', '.') + "\""));
        }
        assertThat(worker.getSpec().getBehavior().getScaleDown().getStabilizationWindowSeconds())
                .isGreaterThanOrEqualTo(1800);
        assertThat(worker.getSpec().getBehavior().getScaleDown().getPolicies())
                .singleElement()
                .satisfies(policy -> assertThat(policy.getValue()).isEqualTo(1));
        assertThat(worker.getSpec().getMaxReplicas()).isLessThanOrEqualTo(128);
    }

    private static boolean contains(java.nio.file.Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whatIsNotAllowedIsForbidden() {
        NetworkPolicy deny = (NetworkPolicy) manifests.object("NetworkPolicy", "merpati-default-deny");
        assertThat(deny.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(deny.getSpec().getIngress()).isEmpty();
        assertThat(deny.getSpec().getEgress()).isEmpty();
        // Whoever reaches a management port can drain a worker.
        for (HasMetadata object : manifests.ofKind("NetworkPolicy")) {
            if (object.getMetadata().getName().equals("merpati-inside")) {
                continue;
            }
            ((NetworkPolicy) object).getSpec().getIngress().forEach(rule -> {
                assertThat(rule.getFrom()).as(object.getMetadata().getName()).isNotEmpty();
                assertThat(rule.getPorts()).isNotEmpty();
            });
        }
    }

    @Test
    void secretsAreReferences() {
        assertThat(manifests.ofKind("Secret")).isEmpty();
        Set<String> referred = manifests.containers().stream()
                .flatMap(container -> container.getEnv().stream())
                .filter(variable -> variable.getName().matches(".*(PEPPER|SECRET|PASSWORD|OPERATOR_KEY).*"))
                .map(variable -> {
                    assertThat(variable.getValue()).as(variable.getName()).isNull();
                    return variable.getName();
                })
                .collect(Collectors.toSet());
        assertThat(referred).contains("MERPATI_API_KEY_PEPPER", "MERPATI_OPERATOR_KEY", "MERPATI_WEBHOOKS_SECRETKEY");
    }

    @Test
    void everyVariableIsASettingOfItsProgram() {
        Map<String, String> gateway =
                Manifests.environment(manifests.workload("merpati-gateway").container());
        Map<String, String> worker =
                Manifests.environment(manifests.workload("merpati-worker").container());
        manifests.environmentsOf("merpati-worker").forEach(worker::putAll);
        assertThat(gateway).hasSizeGreaterThan(3);
        assertThat(worker).hasSizeGreaterThan(3);
        assertThat(EnvironmentVariables.unknown(EnvironmentVariables.GATEWAY, gateway))
                .isEmpty();
        assertThat(EnvironmentVariables.unknown(EnvironmentVariables.WORKER, worker))
                .isEmpty();
        assertThat(EnvironmentVariables.unknown(
                        EnvironmentVariables.DISPATCHER,
                        Manifests.environment(
                                manifests.workload("merpati-dispatcher").container())))
                .isEmpty();
        for (String overlay : List.of("dev", "production")) {
            Map<String, String> common = manifests.literalsOf(overlay, "merpati-common");
            assertThat(common).as(overlay).isNotEmpty();
            assertThat(EnvironmentVariables.unknown(EnvironmentVariables.ALL, common))
                    .isEmpty();
            Map<String, String> sessions = manifests.literalsOf(overlay, "merpati-sessions");
            assertThat(sessions).as(overlay).isNotEmpty();
            assertThat(EnvironmentVariables.unknown(EnvironmentVariables.BOTH, sessions))
                    .isEmpty();
        }
        assertThat(EnvironmentVariables.unknown(
                        EnvironmentVariables.WORKER, manifests.literalsOf("dev", "merpati-worker-credentials")))
                .isEmpty();
    }

    @Test
    void theSettingsInFilesAreSettingsOfTheGateway() {
        for (String overlay : List.of("dev", "production")) {
            Map<String, String> file = YamlFile.flat(REPOSITORY.resolve("k8s/overlays/" + overlay + "/gateway.yaml"));
            assertThat(file).isNotEmpty();
            assertThat(file.keySet())
                    .allSatisfy(property -> assertThat(
                                    EnvironmentVariables.isProperty(EnvironmentVariables.GATEWAY, property))
                            .as("%s: %s", overlay, property)
                            .isTrue());
        }
    }

    @Test
    void theRulesAreThoseOfPrometheus() {
        Object rules = YamlFile.documents(REPOSITORY.resolve("deploy/prometheus/alerts.yml"))
                .getFirst();
        Object resource = YamlFile.documents(REPOSITORY.resolve("k8s/components/monitoring/rules.yaml"))
                .getFirst();

        assertThat(field(field(resource, "spec"), "groups"))
                .as("k8s/components/monitoring/rules.yaml has the groups of deploy/prometheus/alerts.yml")
                .isEqualTo(field(rules, "groups"));
    }

    private static Object field(Object map, String name) {
        return Objects.requireNonNull(((Map<?, ?>) map).get(name));
    }

    @Test
    void everyDashboardBecomesAConfigMap() throws IOException {
        String kustomization = Files.readString(REPOSITORY.resolve("deploy/kustomization.yaml"));
        try (Stream<java.nio.file.Path> files = Files.list(REPOSITORY.resolve("deploy/grafana/dashboards"))) {
            assertThat(files.map(file -> "- grafana/dashboards/" + file.getFileName()))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(kustomization).contains(line));
        }
    }
}
