package dev.merpati.simulator.control;

import dev.merpati.simulator.phone.NumberRule;
import java.util.Map;

/** {@code /sim/numbers}: which numbers are registered on WhatsApp. */
final class NumberCalls {
    private final NumberRule rule;

    NumberCalls(NumberRule rule) {
        this.rule = rule;
    }

    void addTo(Router router) {
        router.now("GET", "/sim/numbers", _ -> Response.json(rule.overrides()))
                .now("PUT", "/sim/numbers/{number}", this::put)
                .now("DELETE", "/sim/numbers/{number}", this::delete);
    }

    private Response put(Request request) {
        boolean registered = request.json().requiredBoolean("registered");
        rule.override(request.number(), registered);
        return Response.json(Map.of("registered", registered));
    }

    private Response delete(Request request) {
        rule.reset(request.number());
        return Response.json(Map.of("registered", rule.isRegistered(request.number())));
    }
}
