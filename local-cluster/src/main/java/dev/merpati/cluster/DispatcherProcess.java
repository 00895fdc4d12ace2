package dev.merpati.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One dispatcher of events; its name is its id as a member of its group, over restarts too. */
public final class DispatcherProcess extends ServiceProcess {

    DispatcherProcess(String name, Path folder, List<String> flags, Map<String, String> settings) {
        super(name, folder, "event-dispatcher", flags, settings);
    }

    @Override
    Map<String, String> fixedSettings() {
        return Map.of("server.port", String.valueOf(managementPort()), "merpati.dispatcher.id", name());
    }
}
