package dev.merpati.standalone;

import dev.merpati.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where to reach what was started, and with which key.
 *
 * @param simulatorUrl null when the worker connects to the real WhatsApp
 */
public record Endpoints(
        String apiKey,
        String gatewayUrl,
        @Nullable String simulatorUrl,
        String gatewayManagementUrl,
        String workerManagementUrl) {

    static Endpoints of(String apiKey, Environment gateway, Environment worker, @Nullable Simulator simulator) {
        return new Endpoints(
                apiKey,
                url(gateway.getRequiredProperty("local.server.port")),
                simulator == null ? null : url(String.valueOf(simulator.controlPort())),
                url(gateway.getRequiredProperty("local.management.port")) + "/actuator",
                url(worker.getRequiredProperty("local.server.port")) + "/actuator");
    }

    /** Writes the file that tells scripts that everything serves, and where. */
    void write(Path file) {
        try {
            PrivateFiles.write(
                    file,
                    JsonMapper.builder()
                                    .enable(SerializationFeature.INDENT_OUTPUT)
                                    .build()
                                    .writeValueAsString(this)
                            + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static String url(String port) {
        return "http://localhost:" + port;
    }
}
