package dev.merpati.simulator.control;

import dev.merpati.simulator.media.MediaFile;
import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.DeliveryState;
import dev.merpati.simulator.phone.Inbox;
import dev.merpati.simulator.phone.MessageContent;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.phone.SentMessage;
import dev.merpati.simulator.server.SimulatedWhatsApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /sim/phones/{number}/messages}: what arrived, its files, and reading it. */
final class MessageEndpoints {
    private static final int MAX_DEVICE = 99;

    private final SimulatedWhatsApp whatsApp;

    MessageEndpoints(SimulatedWhatsApp whatsApp) {
        this.whatsApp = whatsApp;
    }

    void addTo(Router router) {
        router.now("GET", "/sim/phones/{number}/messages", this::list)
                .now("GET", "/sim/phones/{number}/messages/{id}/media", this::media)
                .now("POST", "/sim/phones/{number}/read", this::read);
    }

    private Response list(Request request) {
        return Response.json(phone(request).inbox().messages().stream()
                .map(MessageEndpoints::view)
                .toList());
    }

    private Response media(Request request) {
        Phone phone = phone(request);
        String id = request.parameter("id");
        MessageContent content = phone.inbox()
                .message(id)
                .map(ReceivedMessage::content)
                .or(() -> phone.outbox().find(id).map(SentMessage::content))
                .orElseThrow(() -> unknownMessage(id));
        MediaReference reference = content.media();
        if (reference == null) {
            throw new ApiException(404, "no_media", "The message is a " + content.type() + " without a file");
        }
        Path blob = whatsApp.media()
                .find(reference.path())
                .orElseThrow(() -> new ApiException(404, "media_gone", "The file was removed to make room for others"));
        try {
            return new Response.Streamed(
                    contentType(content.mimeType()), reference.length(), new MediaFile(blob, reference).decrypted());
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
            whatsApp.phones()
                    .existing(message.from())
                    .ifPresent(sender -> sender.outbox().reached(message.id(), device, DeliveryState.READ));
            whatsApp.phones().existing(message.from()).stream()
                    .flatMap(sender -> sender.companions().stream())
                    .filter(companion -> companion.jid().device() == message.fromDevice())
                    .map(companion -> new Chat(companion, message.hidden()))
                    .forEach(chat ->
                            byChat.computeIfAbsent(chat, _ -> new ArrayList<>()).add(message.id()));
        }
        byChat.forEach((chat, ids) -> whatsApp.receipts()
                .read(
                        chat.hidden() ? phone.hiddenJid(device) : Jid.companion(phone.number(), device),
                        chat.sender(),
                        ids));
        return Response.json(Map.of("read", read.size()));
    }

    /** The messages that one read receipt covers. */
    private record Chat(Companion sender, boolean hidden) {}

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

    static Map<String, @Nullable Object> view(Inbox.Counted counted) {
        ReceivedMessage message = counted.message();
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", message.id());
        view.put("from", message.from());
        view.put("device", message.fromDevice());
        describe(message.content(), view);
        view.put("copies", counted.copies());
        view.put("read", counted.read());
        view.put("receivedAt", message.receivedAt().toString());
        return view;
    }

    /** Adds what a message says. */
    static void describe(MessageContent content, Map<String, @Nullable Object> view) {
        MediaReference file = content.media();
        view.put("type", content.type());
        view.put("text", content.text());
        view.put("caption", content.caption());
        view.put("fileName", content.fileName());
        view.put("mimeType", content.mimeType());
        view.put("size", file == null ? null : file.length());
        view.put("sha256", file == null ? null : HexFormat.of().formatHex(file.sha256()));
        view.put("details", content.details());
    }
}
