package dev.merpati.simulator.control;

import dev.merpati.simulator.media.MediaFile;
import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.HiddenId;
import dev.merpati.simulator.phone.Inbox;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.server.SimulatedWhatsApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code /sim/phones/{number}/messages}: what arrived, its files, reading it, and writing. */
final class MessageEndpoints {
    private static final int MAX_TEXT = 65_536;
    private static final int MAX_DEVICE = 99;

    private final SimulatedWhatsApp whatsApp;

    MessageEndpoints(SimulatedWhatsApp whatsApp) {
        this.whatsApp = whatsApp;
    }

    void addTo(Router router) {
        router.now("GET", "/sim/phones/{number}/messages", this::list)
                .now("GET", "/sim/phones/{number}/messages/{id}/media", this::media)
                .now("POST", "/sim/phones/{number}/read", this::read)
                .on("POST", "/sim/phones/{number}/messages", this::write);
    }

    private Response list(Request request) {
        return Response.json(phone(request).inbox().messages().stream()
                .map(MessageEndpoints::view)
                .toList());
    }

    private Response media(Request request) {
        ReceivedMessage message = phone(request)
                .inbox()
                .message(request.parameter("id"))
                .orElseThrow(() -> unknownMessage(request.parameter("id")));
        MediaReference reference = message.media();
        if (reference == null) {
            throw new ApiException(404, "no_media", "The message is a " + message.type() + " without a file");
        }
        Path blob = whatsApp.media()
                .find(reference.path())
                .orElseThrow(() -> new ApiException(404, "media_gone", "The file was removed to make room for others"));
        try {
            return new Response.Streamed(
                    contentType(message.mimeType()), reference.length(), new MediaFile(blob, reference).decrypted());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read an upload", e);
        }
    }

    private Response read(Request request) {
        Phone phone = phone(request);
        Json json = request.json();
        String id = json.text("id").orElse(null);
        int device = json.number("device", 0, MAX_DEVICE).orElse(0);
        if (id != null && phone.inbox().message(id).isEmpty()) {
            throw unknownMessage(id);
        }
        List<ReceivedMessage> read = phone.inbox().read(id);
        Map<Chat, List<String>> byChat = new LinkedHashMap<>();
        for (ReceivedMessage message : read) {
            whatsApp.phones().existing(message.from()).stream()
                    .flatMap(sender -> sender.companions().stream())
                    .filter(companion -> companion.jid().device() == message.fromDevice())
                    .map(companion -> new Chat(companion, message.hidden()))
                    .forEach(chat ->
                            byChat.computeIfAbsent(chat, _ -> new ArrayList<>()).add(message.id()));
        }
        Jid reader = Jid.companion(phone.number(), device);
        byChat.forEach((chat, ids) ->
                whatsApp.receipts().read(chat.hidden() ? HiddenId.address(reader) : reader, chat.sender(), ids));
        return Response.json(Map.of("read", read.size()));
    }

    /** The messages that one read receipt covers. */
    private record Chat(Companion sender, boolean hidden) {}

    private CompletableFuture<Response> write(Request request) {
        Phone from = phone(request);
        Json json = request.json();
        String to = Request.number("to", json.requiredText("to"));
        String text = json.requiredText("text");
        if (text.length() > MAX_TEXT) {
            throw ApiException.invalid("text", text.length() + " characters", "up to " + MAX_TEXT);
        }
        Phone recipient = whatsApp.phones()
                .registered(whatsApp.phones().numbers().canonical(to))
                .orElseThrow(() -> ApiException.invalid("to", to, "a number that is registered on WhatsApp"));
        boolean hidden = json.bool("hidden").orElseGet(() -> from.isHiddenChat(recipient.number()));
        return whatsApp.sender().send(from, recipient, text, hidden).thenApply(id -> Response.json(Map.of("id", id)));
    }

    private Phone phone(Request request) {
        return PhoneEndpoints.required(whatsApp, "number", request.number());
    }

    private static ApiException unknownMessage(String id) {
        return new ApiException(404, "unknown_message", "id: found " + id + ", allowed a message that the phone shows");
    }

    /** Only types that a browser shows without running anything; all else is a download. */
    private static String contentType(@Nullable String mimeType) {
        String bare = mimeType == null ? "" : mimeType.split(";", 2)[0].strip();
        boolean shown = bare.matches("(image/(png|jpeg|gif|webp)|video/[a-z0-9.+-]+|audio/[a-z0-9.+-]+)");
        return shown ? bare : "application/octet-stream";
    }

    private static Map<String, @Nullable Object> view(Inbox.Counted counted) {
        ReceivedMessage message = counted.message();
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", message.id());
        view.put("from", message.from());
        view.put("type", message.type());
        view.put("text", message.text());
        view.put("caption", message.caption());
        view.put("fileName", message.fileName());
        view.put("mimeType", message.mimeType());
        view.put("size", message.size());
        view.put("sha256", message.sha256());
        view.put("copies", counted.copies());
        view.put("read", counted.read());
        view.put("receivedAt", message.receivedAt().toString());
        return view;
    }
}
