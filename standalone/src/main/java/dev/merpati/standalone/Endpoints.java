package dev.merpati.standalone;

import dev.merpati.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The URLs of what was started, the API key, and the account that it belongs to.
 *
 * @param gatewayUrl of the console, the documentation and the API
 * @param password of the account, unless somebody has changed it
 * @param simulatorUrl null if the worker connects to the real WhatsApp
 */
public record Endpoints(
        String apiKey,
        String email,
        String password,
        String gatewayUrl,
        @Nullable String simulatorUrl,
        String gatewayManagementUrl,
        String workerManagementUrl,
        String dispatcherManagementUrl) {

    /** @param bind what the REST API and the simulator listen on */
    static Endpoints of(
            Secrets secrets,
            InetAddress bind,
            Environment gateway,
            Environment worker,
            Environment dispatcher,
            @Nullable Simulator simulator) {
        return new Endpoints(
                secrets.apiKey(),
                Secrets.EMAIL,
                secrets.password(),
                url(bind, gateway.getRequiredProperty("local.server.port")),
                simulator == null ? null : url(bind, String.valueOf(simulator.controlPort())),
                url(Addresses.LOOPBACK, gateway.getRequiredProperty("local.management.port")) + "/actuator",
                url(Addresses.LOOPBACK, worker.getRequiredProperty("local.server.port")) + "/actuator",
                url(Addresses.LOOPBACK, dispatcher.getRequiredProperty("local.server.port")) + "/actuator");
    }

    /** Writes the file that tells scripts where everything serves; its existence means that it does. */
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

    private static String url(InetAddress bind, String port) {
        return "http://" + Addresses.host(bind) + ":" + port;
    }
}
