package dev.merpati.simulator.control;

import dev.merpati.simulator.media.MediaFile;
import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.phone.Draft;
import dev.merpati.simulator.phone.MediaType;
import dev.merpati.simulator.phone.MessageWriter;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.phone.SentMessage;
import dev.merpati.simulator.server.ChatState;
import dev.merpati.simulator.server.SimulatedWhatsApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What phones say: {@code POST /sim/phones/{number}/messages}, {@code .../typing} and {@code .../presence}. */
final class SendEndpoints {
    private static final int MAX_TEXT = 65_536;
    private static final int MAX_OPTIONS = 12;
    private static final int MAX_SECONDS = 86_400;
    private static final String TYPES = Stream.concat(
                    Stream.of("text", "location", "contact", "poll", "reaction", "edit", "delete"),
                    Arrays.stream(MediaType.values()).map(MediaType::wireName))
            .sorted()
            .collect(Collectors.joining(", "));

    private final SimulatedWhatsApp whatsApp;

    SendEndpoints(SimulatedWhatsApp whatsApp) {
        this.whatsApp = whatsApp;
    }

    void addTo(Router router) {
        router.on("POST", "/sim/phones/{number}/messages", this::write)
                .now("POST", "/sim/phones/{number}/typing", this::typing)
                .now("POST", "/sim/phones/{number}/presence", this::presence);
    }

    /** Where a message goes, and what it is about. */
    private record Chat(Phone from, Phone to, boolean hidden) {
        Jid peer() {
            return address(to);
        }

        Jid address(Phone phone) {
            return hidden ? phone.hiddenJid() : phone.jid();
        }
    }

    private CompletableFuture<Response> write(Request request) {
        Phone from = PhoneEndpoints.required(whatsApp, "number", request.number());
        Json json = request.query().containsKey("to") ? Json.ofQuery(request.query()) : request.json();
        String type = json.text("type").orElse("text");
        if (from.traits().offline()) {
            throw new ApiException(409, "phone_offline", "The phone is offline; PUT it with offline=false first");
        }
        Chat chat = chat(from, json);
        Draft.Damage damage = json.bool("unavailable").orElse(false)
                ? Draft.Damage.UNAVAILABLE
                : json.bool("spoiled").orElse(false) ? Draft.Damage.SPOILED : Draft.Damage.NONE;
        return draft(request, json, type, chat)
                .thenCompose(draft -> whatsApp.sender().send(from, chat.to(), draft.with(damage), chat.hidden()))
                .thenApply(id -> Response.json(Map.of("id", id)));
    }

    private Chat chat(Phone from, Json json) {
        String to = json.text("to")
                .map(number -> Request.number("to", number))
                .or(() -> json.text("id").flatMap(id -> peer(from, id)))
                .orElseThrow(() -> ApiException.invalid("to", "nothing", "5 to 15 digits"));
        Phone recipient = whatsApp.phones()
                .registered(whatsApp.phones().numbers().canonical(to))
                .orElseThrow(() -> ApiException.invalid("to", to, "a number that is registered on WhatsApp"));
        return new Chat(from, recipient, json.bool("hidden").orElseGet(() -> from.isHiddenChat(recipient.number())));
    }

    /** With whom a phone has exchanged a message. */
    private static Optional<String> peer(Phone phone, String id) {
        return phone.inbox()
                .message(id)
                .map(ReceivedMessage::from)
                .or(() -> phone.outbox().find(id).map(SentMessage::to));
    }

    private CompletableFuture<Draft> draft(Request request, Json json, String type, Chat chat) {
        MessageWriter writer = new MessageWriter(
                chat.peer(), json.text("quote").map(id -> quoted(chat, id)).orElse(null));
        Optional<MediaType> media = MediaType.ofWireName(type);
        if (media.isPresent()) {
            return media(request, json, media.get(), chat, writer);
        }
        return CompletableFuture.completedFuture(
                switch (type) {
                    case "text" -> writer.text(text(json));
                    case "location" ->
                        writer.location(
                                json.requiredDecimal("latitude", -90, 90),
                                json.requiredDecimal("longitude", -180, 180),
                                json.text("name"),
                                json.text("address"));
                    case "contact" -> contact(json, writer);
                    case "poll" -> poll(json, writer);
                    case "reaction" -> {
                        String id = json.requiredText("id");
                        requirePeer(chat.from(), id);
                        yield writer.reaction(
                                id,
                                chat.from().outbox().find(id).isPresent(),
                                json.text("emoji").orElse(""));
                    }
                    case "edit" ->
                        writer.edit(
                                own(chat.from(), json),
                                text(json),
                                whatsApp.clock().millis());
                    case "delete" -> writer.delete(own(chat.from(), json));
                    default -> throw ApiException.invalid("type", type, "one of " + TYPES);
                });
    }

    private static String text(Json json) {
        String text = json.requiredText("text");
        if (text.length() > MAX_TEXT) {
            throw ApiException.invalid("text", text.length() + " characters", "up to " + MAX_TEXT);
        }
        return text;
    }

    private static Draft contact(Json json, MessageWriter writer) {
        String name = json.requiredText("name");
        String vcard = json.text("vcard").orElseGet(() -> {
            String phone = Request.number("phone", json.requiredText("phone"));
            return "BEGIN:VCARD\nVERSION:3.0\nFN:" + name + "\nTEL;type=CELL;waid=" + phone + ":+" + phone
                    + "\nEND:VCARD";
        });
        return writer.contact(name, vcard);
    }

    private static Draft poll(Json json, MessageWriter writer) {
        List<String> options = json.texts("options");
        if (options.size() < 2 || options.size() > MAX_OPTIONS) {
            throw ApiException.invalid("options", options.size() + " texts", "2 to " + MAX_OPTIONS);
        }
        return writer.poll(
                json.requiredText("name"),
                options,
                json.number("selectable", 0, options.size()).orElse(1));
    }

    /** The id of a message that the phone's account wrote itself. */
    private static String own(Phone phone, Json json) {
        String id = json.requiredText("id");
        if (phone.outbox().find(id).isEmpty()) {
            throw unknown(id, "a message that the phone sent");
        }
        return id;
    }

    private static void requirePeer(Phone phone, String id) {
        if (peer(phone, id).isEmpty()) {
            throw unknown(id, "a message that the phone shows");
        }
    }

    private static ApiException unknown(String id, String allowed) {
        return new ApiException(404, "unknown_message", "id: found " + id + ", allowed " + allowed);
    }

    private static MessageWriter.Quoted quoted(Chat chat, String id) {
        Optional<SentMessage> own = chat.from().outbox().find(id);
        if (own.isPresent()) {
            return new MessageWriter.Quoted(
                    id, chat.address(chat.from()), own.get().bytes());
        }
        ReceivedMessage message =
                chat.from().inbox().message(id).orElseThrow(() -> unknown(id, "a message that the phone shows"));
        return new MessageWriter.Quoted(id, chat.peer(), MessageWriter.summary(message.content()));
    }

    private CompletableFuture<Draft> media(
            Request request, Json json, MediaType type, Chat chat, MessageWriter writer) {
        MediaSource source = MediaSource.read(request, json, whatsApp.files());
        String mimeType = json.text("mimeType").or(source::mimeType).orElse(type.defaultMimeType());
        @Nullable String fileName = json.text("fileName").or(source::fileName).orElse(null);
        MessageWriter.MediaDetails details = new MessageWriter.MediaDetails(
                mimeType,
                json.text("caption").orElse(null),
                fileName,
                json.number("seconds", 0, MAX_SECONDS).orElse(0),
                json.bool("viewOnce").orElse(false));
        return chat.from().withKeys(_ -> writer.media(type, store(type, source.bytes()), details));
    }

    private MediaReference store(MediaType type, byte[] file) {
        try {
            return MediaFile.store(whatsApp.media(), type.kind(), type.mediaType(), file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot store an upload", e);
        }
    }

    private Response typing(Request request) {
        Phone from = PhoneEndpoints.required(whatsApp, "number", request.number());
        Json json = request.json();
        String name = json.text("state").orElse("composing");
        ChatState state = ChatState.ofWireName(name)
                .orElseThrow(() -> ApiException.invalid("state", name, "composing, recording or paused"));
        Chat chat = chat(from, json);
        whatsApp.presence().typing(from, chat.to(), state, chat.hidden());
        return Response.json(Map.of());
    }

    private Response presence(Request request) {
        Phone phone = PhoneEndpoints.required(whatsApp, "number", request.number());
        whatsApp.presence().announce(phone.number(), request.json().requiredBoolean("available"));
        return Response.json(Map.of());
    }
}
