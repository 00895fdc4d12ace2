package dev.merpati.simulator.control;

import dev.merpati.simulator.fault.Fault;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.server.ChatServer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /sim/faults}: what is to go wrong. */
final class FaultEndpoints {
    private static final int MAX_MILLIS = 600_000;

    private final Faults faults;
    private final ChatServer chat;

    FaultEndpoints(Faults faults, ChatServer chat) {
        this.faults = faults;
        this.chat = chat;
    }

    void addTo(Router router) {
        router.now(
                        "GET",
                        "/sim/faults",
                        _ -> Response.json(
                                faults.list().stream().map(FaultEndpoints::view).toList()))
                .now("POST", "/sim/faults", this::add)
                .now("DELETE", "/sim/faults/{id}", this::remove)
                .now("DELETE", "/sim/faults", _ -> {
                    faults.clear();
                    return Response.json(Map.of());
                });
    }

    private Response add(Request request) {
        Fault fault = read(request.json());
        faults.add(fault);
        if (fault.kind().endsConnections()) {
            chat.strike(fault);
        }
        return Response.json(Map.of("id", fault.id()));
    }

    private Response remove(Request request) {
        String id = request.parameter("id");
        if (!faults.remove(id)) {
            throw new ApiException(404, "unknown_fault", "id: found " + id + ", allowed a fault that can still strike");
        }
        return Response.json(Map.of());
    }

    private static Fault read(Json json) {
        String name = json.requiredText("kind");
        FaultKind kind = FaultKind.ofWireName(name)
                .orElseThrow(() -> ApiException.invalid(
                        "kind",
                        name,
                        String.join(
                                ", ",
                                Arrays.stream(FaultKind.values())
                                        .map(FaultKind::wireName)
                                        .toList())));
        int millis = json.number("millis", 0, MAX_MILLIS)
                .or(() -> json.number("afterMillis", 0, MAX_MILLIS))
                .orElse(0);
        int code = json.number("code", 100, 999).orElse(0);
        int status = json.number("status", 400, 599).orElse(0);
        kind.required().ifPresent(field -> require(json, field));
        if (!kind.codes().isEmpty() && !kind.codes().contains(code)) {
            throw ApiException.invalid("code", code, "one of " + kind.codes());
        }
        return new Fault(
                UUID.randomUUID().toString(),
                kind,
                json.text("session")
                        .map(number -> Request.number("session", number))
                        .orElse(null),
                json.number("times", 1, Integer.MAX_VALUE).orElse(null),
                millis,
                code,
                status);
    }

    private static void require(Json json, String field) {
        if (json.number(field, 0, Integer.MAX_VALUE).isEmpty()) {
            throw ApiException.invalid(field, "nothing", "a whole number");
        }
    }

    private static Map<String, @Nullable Object> view(Fault fault) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", fault.id());
        view.put("kind", fault.kind().wireName());
        view.put("session", fault.session());
        view.put("times", fault.times());
        view.put("millis", fault.millis());
        view.put("code", fault.code());
        view.put("status", fault.status());
        return view;
    }
}
