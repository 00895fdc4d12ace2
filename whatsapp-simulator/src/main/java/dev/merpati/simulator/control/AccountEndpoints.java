package dev.merpati.simulator.control;

import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.server.PrivacyTokens;
import dev.merpati.simulator.server.SimulatedWhatsApp;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What happens to a phone's account: another hidden id, other keys, no new chats for a while. */
final class AccountEndpoints {
    private static final int MAX_SECONDS = 365 * 24 * 3600;

    private final SimulatedWhatsApp whatsApp;

    AccountEndpoints(SimulatedWhatsApp whatsApp) {
        this.whatsApp = whatsApp;
    }

    void addTo(Router router) {
        router.now("POST", "/sim/phones/{number}/rotate-lid", request -> {
                    Phone phone = phone(request);
                    phone.rotateHiddenId();
                    return Response.json(Map.of("lid", phone.hiddenJid().toString()));
                })
                .now("GET", "/sim/phones/{number}/salt", request -> {
                    String salt = HexFormat.of().formatHex(PrivacyTokens.salt(phone(request)));
                    return Response.json(Map.of("nctSalt", salt));
                })
                .on("POST", "/sim/phones/{number}/reinstall", this::reinstall)
                .on("POST", "/sim/phones/{number}/number", this::changeNumber)
                .on(
                        "POST",
                        "/sim/phones/{number}/app-state",
                        request -> whatsApp.appStateUpdates()
                                .rewrite(phone(request))
                                .thenApply(version -> Response.json(Map.of("version", version))))
                .now("POST", "/sim/phones/{number}/time-lock", request -> {
                    whatsApp.newChats().lock(phone(request), seconds(request));
                    return Response.json(Map.of());
                })
                .now("POST", "/sim/phones/{number}/new-chat-cycle", request -> {
                    whatsApp.newChats().beginCycle(phone(request), seconds(request));
                    return Response.json(Map.of());
                });
    }

    private static Duration seconds(Request request) {
        return Duration.ofSeconds(request.json()
                .number("seconds", 0, MAX_SECONDS)
                .orElseThrow(() -> ApiException.invalid("seconds", "nothing", "0 to " + MAX_SECONDS)));
    }

    private CompletableFuture<Response> reinstall(Request request) {
        Phone phone = phone(request);
        return whatsApp.reinstallation().reinstall(phone).thenApply(told -> Response.json(Map.of("told", told)));
    }

    private CompletableFuture<Response> changeNumber(Request request) {
        Phone phone = phone(request);
        String to = Request.number("to", request.json().requiredText("to"));
        if (!whatsApp.phones().isReachable(to) || whatsApp.phones().existing(to).isPresent()) {
            throw ApiException.invalid("to", to, "a number that is registered on WhatsApp and has no phone");
        }
        return whatsApp.numberChange()
                .change(phone, to)
                .thenApply(moved -> Response.json(Map.of(
                        "number", moved.number(), "lid", moved.hiddenJid().toString())));
    }

    private Phone phone(Request request) {
        return PhoneEndpoints.required(whatsApp, "number", request.number());
    }
}
