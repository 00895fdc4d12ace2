package dev.merpati.cluster;

import dev.merpati.embedded.FreePorts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A gateway, a worker or a dispatcher: a Spring Boot application with a management port. */
public abstract class ServiceProcess extends ClusterProcess {
    private final String module;
    private final List<String> flags;
    private final Map<String, String> settings = new ConcurrentHashMap<>();
    private final int managementPort = FreePorts.next();

    ServiceProcess(String name, Path folder, String module, List<String> flags, Map<String, String> settings) {
        super(name, folder);
        this.module = module;
        this.flags = List.copyOf(flags);
        this.settings.putAll(settings);
    }

    /** The settings that no caller may change, such as the ports. */
    abstract Map<String, String> fixedSettings();

    /** Changes a setting; takes effect at the next start. */
    public final void set(String property, String value) {
        settings.put(property, value);
    }

    /** Where Actuator is. */
    public final String managementUrl() {
        return "http://127.0.0.1:" + managementPort + "/actuator";
    }

    /** Its current metrics. */
    public final Metrics metrics() {
        return new Metrics(Http.exchange(
                        Http.request(managementUrl() + "/prometheus").GET().build())
                .expect(200)
                .bodyText());
    }

    final int managementPort() {
        return managementPort;
    }

    @Override
    final List<String> command() {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(fixedSettings());
        return JavaCommand.prepared(
                module,
                flags,
                all.entrySet().stream()
                        .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                        .toList());
    }

    /** The readiness that Kubernetes would see. */
    @Override
    public final boolean isReady() {
        return Http.isOk(managementUrl() + "/health/readiness");
    }
}
