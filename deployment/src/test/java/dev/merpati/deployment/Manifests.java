package dev.merpati.deployment;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Kubernetes objects of YAML files, read into the classes of the API's model. The model takes fields that it does not know, and
 * gives them back when it is written: whatever the text has and a known class writes only among those is a problem.
 */
final class Manifests {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1/ConfigMap", ConfigMap.class,
            "v1/Namespace", Namespace.class,
            "v1/Service", Service.class,
            "v1/ServiceAccount", ServiceAccount.class,
            "apps/v1/Deployment", Deployment.class,
            "apps/v1/StatefulSet", StatefulSet.class,
            "autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "networking.k8s.io/v1/Ingress", Ingress.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class);

    /** Kinds of the Prometheus operator, with the fields that we use of them. */
    private static final Map<String, Set<String>> MONITORING = Map.of(
            "monitoring.coreos.com/v1/ServiceMonitor", Set.of("selector", "endpoints"),
            "monitoring.coreos.com/v1/PrometheusRule", Set.of("groups"));

    private final List<HasMetadata> objects = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Map<String, Map<String, String>>> literals = new LinkedHashMap<>();

    /** A pod template. */
    record Workload(String name, PodSpec pod, boolean isPatch) {
        Container container() {
            return pod.getContainers().getFirst();
        }
    }

    private Manifests() {}

    static Manifests none() {
        return new Manifests();
    }

    static Manifests of(String yaml) {
        Manifests manifests = new Manifests();
        YamlFile.documents(yaml).forEach(document -> manifests.add("text", document));
        return manifests;
    }

    static Manifests under(Path folder) {
        Manifests manifests = new Manifests();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                String name = folder.relativize(file).toString();
                for (Object document : YamlFile.documents(file)) {
                    if (document instanceof Map<?, ?> map && map.containsKey("kind")) {
                        if (String.valueOf(map.get("apiVersion")).startsWith("kustomize.config.k8s.io/")) {
                            manifests.addLiterals(
                                    Objects.requireNonNull(file.getParent())
                                            .getFileName()
                                            .toString(),
                                    map);
                        } else {
                            manifests.add(name, document);
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return manifests;
    }

    private void addLiterals(String overlay, Map<?, ?> kustomization) {
        for (String generator : List.of("configMapGenerator", "secretGenerator")) {
            if (kustomization.get(generator) instanceof List<?> generated) {
                generated.forEach(one -> addLiteralsOf(overlay, one));
            }
        }
    }

    private void addLiteralsOf(String overlay, Object generator) {
        if (generator instanceof Map<?, ?> map) {
            Map<String, String> values = literals.computeIfAbsent(overlay, key -> new LinkedHashMap<>())
                    .computeIfAbsent(String.valueOf(map.get("name")), key -> new LinkedHashMap<>());
            if (map.get("literals") instanceof List<?> lines) {
                for (Object line : lines) {
                    String[] pair = String.valueOf(line).split("=", 2);
                    values.put(pair[0], pair[1]);
                }
            }
        }
    }

    private void add(String file, Object document) {
        JsonNode text = JSON.valueToTree(document);
        String kind =
                text.path("apiVersion").asString() + "/" + text.path("kind").asString();
        if (MONITORING.containsKey(kind)) {
            text.path("spec").propertyNames().forEach(field -> {
                if (!Objects.requireNonNull(MONITORING.get(kind)).contains(field)) {
                    problems.add(file + ": spec." + field + " of " + kind);
                }
            });
            return;
        }
        Class<? extends HasMetadata> type = KINDS.get(kind);
        if (type == null) {
            problems.add(file + ": unknown kind " + kind);
            return;
        }
        HasMetadata object;
        try {
            object = JSON.treeToValue(text, type);
        } catch (RuntimeException e) {
            problems.add(file + ": " + e.getMessage());
            return;
        }
        findUnknown(file + ": " + kind, object, Collections.newSetFromMap(new IdentityHashMap<>()));
        objects.add(object);
    }

    /** Walks over the getters of the model's classes. */
    private void findUnknown(String where, @Nullable Object value, Set<Object> seen) {
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                findUnknown(where + "[" + i + "]", list.get(i), seen);
            }
        } else if (value != null
                && value.getClass().getName().startsWith("io.fabric8.")
                && !value.getClass().isEnum()) {
            if (!seen.add(value)) {
                return;
            }
            for (var method : value.getClass().getMethods()) {
                if (method.getParameterCount() == 0
                        && method.getName().startsWith("get")
                        && !method.getName().equals("getClass")) {
                    Object inner;
                    try {
                        inner = method.invoke(value);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(where + " " + method, e);
                    }
                    String name = method.getName().substring(3);
                    if (name.equals("AdditionalProperties") && inner instanceof Map<?, ?> unknown) {
                        // A quantity keeps nothing there.
                        unknown.keySet().forEach(field -> problems.add(where + " has no field " + field));
                    } else {
                        findUnknown(where + "." + name, inner, seen);
                    }
                }
            }
        }
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    List<HasMetadata> objects() {
        return List.copyOf(objects);
    }

    List<HasMetadata> ofKind(String kind) {
        return objects.stream().filter(object -> object.getKind().equals(kind)).toList();
    }

    /** The first object of the name, which is the whole one: patches come later in the order of the files. */
    HasMetadata object(String kind, String name) {
        return ofKind(kind).stream()
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
    }

    List<Workload> workloads() {
        List<Workload> workloads = new ArrayList<>();
        for (HasMetadata object : objects) {
            if (object instanceof Deployment deployment) {
                workloads.add(new Workload(
                        deployment.getMetadata().getName(),
                        deployment.getSpec().getTemplate().getSpec(),
                        deployment.getSpec().getSelector() == null));
            } else if (object instanceof StatefulSet set) {
                workloads.add(new Workload(
                        set.getMetadata().getName(),
                        set.getSpec().getTemplate().getSpec(),
                        set.getSpec().getSelector() == null));
            }
        }
        return workloads;
    }

    Workload workload(String name) {
        return workloads().stream()
                .filter(workload -> workload.name().equals(name) && !workload.isPatch())
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no workload " + name));
    }

    /** All containers but those of patches, which say only what is to change. */
    List<Container> containers() {
        return workloads().stream()
                .flatMap(workload -> workload.isPatch()
                        ? workload.pod().getInitContainers().stream()
                        : workload.pod().getContainers().stream())
                .toList();
    }

    /** The variables of a container, with an empty value for those that come from elsewhere. */
    static Map<String, String> environment(Container container) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (EnvVar variable : container.getEnv()) {
            environment.put(variable.getName(), Objects.requireNonNullElse(variable.getValue(), ""));
        }
        return environment;
    }

    /** The variables of a workload and of all patches of it. */
    List<Map<String, String>> environmentsOf(String name) {
        return workloads().stream()
                .filter(workload -> workload.name().equals(name))
                .map(workload -> environment(workload.container()))
                .toList();
    }

    /** What a kustomization generates a ConfigMap or a Secret from. */
    Map<String, String> literalsOf(String overlay, String name) {
        return Objects.requireNonNull(literals.get(overlay)).getOrDefault(name, Map.of());
    }
}
