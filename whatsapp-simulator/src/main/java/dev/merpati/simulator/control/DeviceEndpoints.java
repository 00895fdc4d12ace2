package dev.merpati.simulator.control;

import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Inbox;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.server.DirtyBits;
import dev.merpati.simulator.server.SimulatedWhatsApp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code /sim/phones/{number}/devices}: the linked devices of a phone; those that are added here, the simulator plays. */
final class DeviceEndpoints {
    private static final int MAX_COMPANIONS = 4;

    private final SimulatedWhatsApp whatsApp;

    DeviceEndpoints(SimulatedWhatsApp whatsApp) {
        this.whatsApp = whatsApp;
    }

    void addTo(Router router) {
        router.now("GET", "/sim/phones/{number}/devices", this::list)
                .on("POST", "/sim/phones/{number}/devices", this::add)
                .now("DELETE", "/sim/phones/{number}/devices/{device}", this::remove)
                .now("GET", "/sim/phones/{number}/devices/{device}/messages", this::messages)
                .now("POST", "/sim/phones/{number}/dirty", this::dirty)
                .now("POST", "/sim/phones/{number}/retry", this::retry);
    }

    private Response list(Request request) {
        return Response.json(
                phone(request).companions().stream().map(this::view).toList());
    }

    private CompletableFuture<Response> add(Request request) {
        Phone phone = phone(request);
        if (phone.companions().size() >= MAX_COMPANIONS) {
            throw new ApiException(
                    422,
                    "too_many_devices",
                    "The phone has " + MAX_COMPANIONS + " companion devices; remove one first");
        }
        return whatsApp.playedDevices().add(phone).thenApply(companion -> Response.json(view(companion)));
    }

    private Response remove(Request request) {
        Phone phone = phone(request);
        whatsApp.companionRemoval().remove(phone, companion(phone, request.parameter("device")));
        return Response.json(Map.of());
    }

    private Response messages(Request request) {
        Phone phone = phone(request);
        Companion companion = companion(phone, request.parameter("device"));
        List<Inbox.Counted> messages = whatsApp.playedDevices()
                .inbox(companion)
                .map(Inbox::messages)
                .orElseThrow(() -> new ApiException(
                        404, "not_played", "Device " + companion.jid().device() + " is a client, not the simulator's"));
        return Response.json(messages.stream().map(MessageEndpoints::view).toList());
    }

    private Response dirty(Request request) {
        String type = request.json().requiredText("type");
        if (!DirtyBits.TYPES.contains(type)) {
            throw ApiException.invalid("type", type, String.join(", ", new TreeSet<>(DirtyBits.TYPES)));
        }
        whatsApp.dirtyBits().mark(phone(request), type);
        return Response.json(Map.of());
    }

    /** Requests a message again, at any time after it was shown. */
    private Response retry(Request request) {
        Phone phone = phone(request);
        String id = request.json().requiredText("id");
        ReceivedMessage message = phone.inbox()
                .message(id)
                .orElseThrow(() -> new ApiException(
                        404, "unknown_message", "id: found " + id + ", allowed a message that the phone shows"));
        Companion sender = whatsApp.phones()
                .existing(message.from())
                .flatMap(from -> from.companion(message.fromDevice()))
                .orElseThrow(() -> new ApiException(
                        404, "no_such_device", "The device that wrote the message is not linked any more"));
        whatsApp.receipts().requestAgain(phone, sender, message);
        return Response.json(Map.of());
    }

    private static Companion companion(Phone phone, String device) {
        return phone.companions().stream()
                .filter(companion -> String.valueOf(companion.jid().device()).equals(device))
                .findFirst()
                .orElseThrow(() -> new ApiException(
                        404, "unknown_device", "device: found " + device + ", allowed a linked device of the phone"));
    }

    private Map<String, @Nullable Object> view(Companion companion) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("device", companion.jid().device());
        view.put("jid", companion.jid().toString());
        view.put("played", companion.played().isPresent());
        view.put("connected", companion.connection() != null);
        view.put("waiting", companion.unconfirmed().size());
        view.put("dirty", whatsApp.dirtyBits().of(companion));
        view.put("unifiedSession", companion.sessionName());
        view.put("preKeys", companion.keys().left());
        view.put("signedPreKey", companion.keys().signed().id());
        view.put(
                "messages",
                whatsApp.playedDevices().inbox(companion).map(Inbox::size).orElse(null));
        return view;
    }

    private Phone phone(Request request) {
        return PhoneEndpoints.required(whatsApp, "number", request.number());
    }
}
