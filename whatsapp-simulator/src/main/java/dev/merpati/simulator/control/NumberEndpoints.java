package dev.merpati.simulator.control;

import dev.merpati.simulator.phone.NumberRule;
import dev.merpati.simulator.phone.NumberRule.NumberOverride;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /sim/numbers}: which numbers are registered on WhatsApp, and which of them are aliases. */
final class NumberEndpoints {
    private final PhoneDirectory phones;
    private final NumberRule rule;

    NumberEndpoints(PhoneDirectory phones) {
        this.phones = phones;
        this.rule = phones.numbers();
    }

    void addTo(Router router) {
        router.now("GET", "/sim/numbers", _ -> Response.json(rule.overrides()))
                .now("GET", "/sim/numbers/{number}", request -> Response.json(view(request.number())))
                .now("PUT", "/sim/numbers/{number}", this::put)
                .now("DELETE", "/sim/numbers/{number}", this::delete);
    }

    private Response put(Request request) {
        String number = request.number();
        Json json = request.json();
        String alias =
                json.text("alias").map(text -> Request.number("alias", text)).orElse(null);
        Boolean registered = json.has("alias")
                ? json.bool("registered").orElse(null)
                : Boolean.valueOf(json.requiredBoolean("registered"));
        if (alias != null && !alias.equals(number) && phones.existing(alias).isPresent()) {
            throw ApiException.invalid("alias", alias, "a number that has no phone");
        }
        try {
            rule.override(number, new NumberOverride(registered, alias));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("alias", alias == null ? "nothing" : alias, String.valueOf(e.getMessage()));
        }
        return Response.json(view(number));
    }

    private Response delete(Request request) {
        rule.reset(request.number());
        return Response.json(view(request.number()));
    }

    private Map<String, @Nullable Object> view(String number) {
        NumberOverride override = rule.overrides().get(number);
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("registered", rule.isRegistered(number));
        view.put("alias", override == null ? null : override.alias());
        view.put("canonical", rule.canonical(number));
        return view;
    }
}
