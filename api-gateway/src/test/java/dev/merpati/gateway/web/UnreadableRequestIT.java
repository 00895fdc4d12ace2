package dev.merpati.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the HTTP server refuses before the application sees it. */
class UnreadableRequestIT {
    private static final int TIMEOUT_MS = 20_000;

    private final GatewayHarness gateway = SharedGateway.get();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/sessions/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GARBAGE\r\n\r\n",
                "GET /api/sessions HTTP/1.1\r\nHost: x\r\nX-API-Key: a\u0000b\r\n\r\n"
            })
    void answersARequestThatIsNotHttpWithTheOneErrorBody(String request) throws IOException {
        assertThat(exchange(request))
                .startsWith("HTTP/1.1 400 ")
                .containsIgnoringCase("content-type: application/json")
                .endsWith("{\"success\":false,\"error\":\"Bad Request\","
                        + "\"message\":\"The request is not valid HTTP: check its URL and headers\","
                        + "\"code\":\"malformed_request\"}");
    }

    @Test
    void answersHeadersThatAreTooLongWithTheOneErrorBody() throws IOException {
        String request = "GET /api/sessions HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(20_000) + "\r\n\r\n";

        assertThat(exchange(request)).startsWith("HTTP/1.1 431 ").contains("\"code\":\"headers_too_large\"");
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
