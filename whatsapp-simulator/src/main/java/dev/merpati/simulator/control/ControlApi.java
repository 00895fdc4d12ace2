package dev.merpati.simulator.control;

import dev.merpati.simulator.SimulatorOptions;
import dev.merpati.simulator.server.SimulatedWhatsApp;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** Puts the control API together. */
public final class ControlApi {
    private ControlApi() {}

    /** Serves the control API of a server on its own port. */
    public static ControlServer serve(SimulatorOptions options, SimulatedWhatsApp whatsApp) {
        Router router = new Router();
        new PhoneEndpoints(whatsApp).addTo(router);
        new AccountEndpoints(whatsApp).addTo(router);
        new MessageEndpoints(whatsApp).addTo(router);
        new SendEndpoints(whatsApp).addTo(router);
        new ChatEndpoints(whatsApp).addTo(router);
        new DeviceEndpoints(whatsApp).addTo(router);
        new NumberEndpoints(whatsApp.phones()).addTo(router);
        new RuleEndpoints(whatsApp.rules()).addTo(router);
        new FaultEndpoints(whatsApp.faults(), whatsApp.chat()).addTo(router);
        new MockPhoneEndpoints(whatsApp.mockPhones()).addTo(router);
        new PageEndpoints().addTo(router);
        router.now("GET", "/sim/stats", _ -> Response.json(whatsApp.stats().values()))
                .now(
                        "GET",
                        "/sim/ca.pem",
                        _ -> new Response.Full(
                                200,
                                "application/x-pem-file",
                                whatsApp.authority().certificatePem().getBytes(StandardCharsets.US_ASCII)))
                .now(
                        "GET",
                        "/sim",
                        _ -> Response.json(Map.of("proxyPort", whatsApp.proxyPort(), "noiseRoot", hex(whatsApp))))
                .now("GET", "/sim/noise-root", _ -> Response.json(noiseRoot(whatsApp)))
                .now("DELETE", "/sim/media", _ -> {
                    whatsApp.media().forget();
                    return Response.json(Map.of());
                })
                .now("DELETE", "/sim", _ -> {
                    whatsApp.reset();
                    return Response.json(Map.of());
                });
        return new ControlServer(options.bindAddress(), options.controlPort(), router);
    }

    /** The Noise root in the forms in which clients' sources have it; its certificates name no issuer, serial 0. */
    private static Map<String, Object> noiseRoot(SimulatedWhatsApp whatsApp) {
        byte[] key = whatsApp.noise().rootKey();
        int[] bytes = new int[key.length];
        Arrays.setAll(bytes, i -> key[i] & 0xff);
        return Map.of(
                "serial", 0, "hex", hex(whatsApp), "base64", Base64.getEncoder().encodeToString(key), "bytes", bytes);
    }

    private static String hex(SimulatedWhatsApp whatsApp) {
        return HexFormat.of().formatHex(whatsApp.noise().rootKey());
    }
}
