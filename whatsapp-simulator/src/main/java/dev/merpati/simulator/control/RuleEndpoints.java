package dev.merpati.simulator.control;

import dev.merpati.simulator.rule.Refusal;
import dev.merpati.simulator.rule.Refusals;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /sim/rules} and {@code /sim/refusals}: what clients have to keep, and who did not. */
final class RuleEndpoints {
    private final Rules rules;
    private final Refusals refusals;

    RuleEndpoints(Rules rules) {
        this.rules = rules;
        this.refusals = rules.refusals();
    }

    void addTo(Router router) {
        router.now(
                        "GET",
                        "/sim/rules",
                        _ -> Response.json(
                                Arrays.stream(Rule.values()).map(this::view).toList()))
                .now("PUT", "/sim/rules/{name}", this::put)
                .now("GET", "/sim/refusals", this::list)
                .now("DELETE", "/sim/refusals", _ -> {
                    refusals.clear();
                    return Response.json(Map.of());
                });
    }

    /** Reads a rule that can be switched off. */
    static Rule switchable(String field, String name) {
        Rule rule = required(field, name);
        if (!rule.isSwitchable()) {
            throw ApiException.invalid(field, name, "a rule that can be switched off");
        }
        return rule;
    }

    private static Rule required(String field, String name) {
        return Rule.ofWireName(name)
                .orElseThrow(() -> ApiException.invalid(field, name, "a name that GET /sim/rules lists"));
    }

    private Response put(Request request) {
        Rule rule = switchable("name", request.parameter("name"));
        rules.enforce(rule, request.json().requiredBoolean("enforced"));
        return Response.json(view(rule));
    }

    private Response list(Request request) {
        Optional<Rule> rule = request.query("rule").map(name -> required("rule", name));
        Optional<String> number = request.query("number").map(text -> Request.number("number", text));
        Map<String, Long> counts = new LinkedHashMap<>();
        refusals.counts().forEach((broken, count) -> counts.put(broken.wireName(), count));
        return Response.json(Map.of(
                "counts",
                counts,
                "refusals",
                refusals.last().stream()
                        .filter(refusal -> rule.isEmpty() || refusal.rule() == rule.get())
                        .filter(refusal -> number.isEmpty() || number.get().equals(refusal.number()))
                        .map(RuleEndpoints::view)
                        .toList()));
    }

    private Map<String, Object> view(Rule rule) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", rule.wireName());
        view.put("number", rule.number());
        view.put("enforced", rules.enforced(rule));
        view.put("switchable", rule.isSwitchable());
        view.put("meaning", rule.meaning());
        view.put("remedy", rule.remedy());
        return view;
    }

    private static Map<String, @Nullable Object> view(Refusal refusal) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("at", refusal.at().toString());
        view.put("rule", refusal.rule().wireName());
        view.put("number", refusal.number());
        view.put("device", refusal.device());
        view.put("sent", refusal.sent());
        view.put("meaning", refusal.rule().meaning());
        view.put("remedy", refusal.rule().remedy());
        return view;
    }
}
