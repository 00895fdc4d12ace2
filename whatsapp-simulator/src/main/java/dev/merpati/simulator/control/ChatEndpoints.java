package dev.merpati.simulator.control;

import dev.merpati.simulator.phone.Inbox;
import dev.merpati.simulator.phone.MessageContent;
import dev.merpati.simulator.phone.Outbox;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.phone.SentMessage;
import dev.merpati.simulator.server.SimulatedWhatsApp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /sim/phones/{number}/chats}: what a phone wrote and received, by the other side. Edits, deletions and reactions
 * are applied to the messages that they are about.
 */
final class ChatEndpoints {
    private static final Set<String> APPLIED = Set.of("edit", "delete", "reaction");

    private final SimulatedWhatsApp whatsApp;

    ChatEndpoints(SimulatedWhatsApp whatsApp) {
        this.whatsApp = whatsApp;
    }

    void addTo(Router router) {
        router.now("GET", "/sim/phones/{number}/chats", this::list)
                .now("GET", "/sim/phones/{number}/chats/{peer}", this::chat);
    }

    /** One message, seen from the phone. */
    private record Entry(
            String peer, Instant at, String author, MessageContent content, Map<String, @Nullable Object> view) {}

    private Response list(Request request) {
        Phone phone = PhoneEndpoints.required(whatsApp, "number", request.number());
        Map<String, List<Entry>> chats = new LinkedHashMap<>();
        entries(phone)
                .forEach(entry -> chats.computeIfAbsent(entry.peer(), _ -> new ArrayList<>())
                        .add(entry));
        phone.typing().keySet().forEach(peer -> chats.computeIfAbsent(peer, _ -> new ArrayList<>()));
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        chats.forEach((peer, entries) -> {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("with", peer);
            view.put("messages", entries.size());
            view.put(
                    "unread",
                    entries.stream()
                            .filter(entry -> Boolean.FALSE.equals(entry.view().get("read")))
                            .count());
            view.put("lastAt", entries.isEmpty() ? null : entries.getLast().at().toString());
            view.put("typing", phone.typing().get(peer));
            list.add(view);
        });
        list.sort(Comparator.comparing(view -> String.valueOf(view.get("lastAt")), Comparator.reverseOrder()));
        return Response.json(list);
    }

    private Response chat(Request request) {
        Phone phone = PhoneEndpoints.required(whatsApp, "number", request.number());
        String peer = whatsApp.phones().numbers().canonical(Request.number("peer", request.parameter("peer")));
        List<Entry> entries = entries(phone).stream()
                .filter(entry -> entry.peer().equals(peer))
                .toList();
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("with", peer);
        view.put("typing", phone.typing().get(peer));
        view.put("messages", applied(entries));
        return Response.json(view);
    }

    private static List<Map<String, @Nullable Object>> applied(List<Entry> entries) {
        Map<String, Map<String, @Nullable Object>> byId = new LinkedHashMap<>();
        for (Entry entry : entries) {
            String target = entry.content().target();
            Map<String, @Nullable Object> about = target == null ? null : byId.get(target);
            if (about != null && APPLIED.contains(entry.content().type())) {
                apply(entry, about);
            } else {
                byId.put(String.valueOf(entry.view().get("id")), entry.view());
            }
        }
        return List.copyOf(byId.values());
    }

    @SuppressWarnings("unchecked") // the list is made here
    private static void apply(Entry change, Map<String, @Nullable Object> message) {
        switch (change.content().type()) {
            case "edit" -> {
                if (change.author().equals(message.get("from"))) {
                    String text = change.content().text();
                    message.put(message.get("caption") == null ? "text" : "caption", text == null ? "" : text);
                    message.put("edited", true);
                }
            }
            case "delete" -> {
                if (change.author().equals(message.get("from"))) {
                    message.put("deleted", true);
                }
            }
            default -> {
                var reactions = (List<Map<String, @Nullable Object>>)
                        message.computeIfAbsent("reactions", _ -> new ArrayList<>());
                reactions.removeIf(reaction -> change.author().equals(reaction.get("from")));
                Object emoji = change.content().details().getOrDefault("emoji", "");
                if (!emoji.equals("")) {
                    reactions.add(Map.of("from", change.author(), "emoji", emoji));
                }
            }
        }
    }

    private static List<Entry> entries(Phone phone) {
        List<Entry> entries = new ArrayList<>();
        phone.inbox().messages().forEach(counted -> entries.add(received(counted)));
        phone.outbox().messages().forEach(tracked -> entries.add(sent(phone, tracked)));
        entries.sort(Comparator.comparing(Entry::at));
        return entries;
    }

    private static Entry received(Inbox.Counted counted) {
        ReceivedMessage message = counted.message();
        Map<String, @Nullable Object> view =
                view("in", message.id(), message.from(), message.fromDevice(), message.content());
        view.put("copies", counted.copies());
        view.put("read", counted.read());
        view.put("at", message.receivedAt().toString());
        return new Entry(message.from(), message.receivedAt(), message.from(), message.content(), view);
    }

    private static Entry sent(Phone phone, Outbox.Tracked tracked) {
        SentMessage message = tracked.message();
        Map<String, @Nullable Object> view =
                view("out", message.id(), phone.number(), message.device(), message.content());
        view.put("state", tracked.state().wireName());
        Map<String, String> devices = new LinkedHashMap<>();
        tracked.devices().forEach((device, state) -> devices.put(device.toString(), state.wireName()));
        view.put("devices", devices);
        view.put("at", message.sentAt().toString());
        return new Entry(message.to(), message.sentAt(), phone.number(), message.content(), view);
    }

    private static Map<String, @Nullable Object> view(
            String direction, String id, String from, int device, MessageContent content) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", id);
        view.put("direction", direction);
        view.put("from", from);
        view.put("device", device);
        MessageEndpoints.describe(content, view);
        return view;
    }
}
