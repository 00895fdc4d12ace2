package dev.merpati.simulator.control;

import dev.merpati.simulator.server.MockPhones;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The call that the end-to-end suites of WhatsApp clients know, {@link MockPhones#PATH}; the port of the clients has it too. */
final class MockPhoneEndpoints {
    private final MockPhones phones;

    MockPhoneEndpoints(MockPhones phones) {
        this.phones = phones;
    }

    void addTo(Router router) {
        router.on("GET", MockPhones.PATH, this::scan).on("POST", MockPhones.PATH, this::scan);
    }

    private CompletableFuture<Response> scan(Request request) {
        String code = request.query("qr").orElseGet(() -> new String(request.body(), StandardCharsets.UTF_8));
        Optional<String> number = request.query("number").map(text -> Request.number("number", text));
        return phones.scan(code, number, request.query("pushName")).thenApply(PhoneEndpoints::response);
    }
}
