package dev.merpati.gateway.conversation;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a message says out of the data of its event. */
final class MessageContent {
    /** What every browser shows as a picture and cannot run as anything else. */
    private static final Set<String> PICTURES = Set.of("image/jpeg", "image/png", "image/webp", "image/gif");

    /** What browsers play; a page says so of a file that its own browser cannot play. */
    private static final Set<String> SOUNDS =
            Set.of("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/webm", "audio/wav");

    private static final Set<String> VIDEOS = Set.of("video/mp4", "video/webm", "video/3gpp");

    /**
     * A page shows many pictures, each of which is fetched from WhatsApp when it is looked at for the first time. What is
     * played is fetched when somebody wants to hear or see it, so that its size does not matter.
     */
    private static final long LARGEST_PICTURE = 5 * 1024 * 1024;

    private static final int MOST_CONTACTS = 50;
    private static final int LONGEST_VCARD = 4_096;

    /** The ids that we make: a page builds a URL of it. */
    private static final String MEDIA_ID = "[A-Za-z0-9_-]{1,128}";

    private MessageContent() {}

    static void read(MessageEntry entry, JsonNode data) {
        entry.kind = data.path("messageType").stringValueOpt().orElse("unsupported");
        String said = textOr(data, "text", text(data, "caption"));
        entry.text = said == null || said.isEmpty() ? null : said; // Some clients send a caption that says nothing.
        entry.file = file(entry.kind, data.path("media"));
        entry.place = place(data.path("location"));
        entry.contacts = data.path("contacts")
                .valueStream()
                .limit(MOST_CONTACTS)
                .map(contact -> new ChatMessage.Contact(
                        textOf(contact, "name"), Objects.requireNonNull(cut(textOf(contact, "vcard"), LONGEST_VCARD))))
                .toList();
        JsonNode poll = data.path("poll");
        entry.poll = poll.isObject()
                ? new ChatMessage.Poll(
                        textOf(poll, "question"),
                        poll.path("options")
                                .valueStream()
                                .map(option -> option.asString(""))
                                .toList())
                : null;
    }

    private static ChatMessage.@Nullable File file(String kind, JsonNode media) {
        String id = textOf(media, "id");
        if (!id.matches(MEDIA_ID)) {
            return null;
        }
        String mimeType = text(media, "mimeType");
        long size = media.path("size").asLong(0);
        boolean viewOnce = media.path("viewOnce").asBoolean(false);
        int seconds = media.path("seconds").asInt(-1);
        return new ChatMessage.File(
                id,
                text(media, "fileName"),
                mimeType,
                size,
                seconds < 0 ? null : seconds,
                viewOnce,
                viewOnce || mimeType == null
                        ? ChatMessage.Preview.NONE
                        : preview(kind, mimeType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT), size));
    }

    private static ChatMessage.Preview preview(String kind, String mimeType, long size) {
        return switch (kind) {
            case "image", "sticker" ->
                PICTURES.contains(mimeType) && size <= LARGEST_PICTURE
                        ? ChatMessage.Preview.PICTURE
                        : ChatMessage.Preview.NONE;
            case "audio", "voice" -> SOUNDS.contains(mimeType) ? ChatMessage.Preview.SOUND : ChatMessage.Preview.NONE;
            case "video" -> VIDEOS.contains(mimeType) ? ChatMessage.Preview.VIDEO : ChatMessage.Preview.NONE;
            default -> ChatMessage.Preview.NONE;
        };
    }

    private static ChatMessage.@Nullable Place place(JsonNode location) {
        return location.isObject()
                ? new ChatMessage.Place(
                        location.path("latitude").asDouble(0),
                        location.path("longitude").asDouble(0),
                        text(location, "name"),
                        text(location, "address"),
                        location.path("live").asBoolean(false))
                : null;
    }

    /** Returns at most so many characters, and dots when there were more. */
    static @Nullable String cut(@Nullable String text, int most) {
        if (text == null || text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "…";
    }

    /** Returns a field of text; empty when there is none. */
    static String textOf(JsonNode data, String name) {
        return data.path(name).stringValueOpt().orElse("");
    }

    static @Nullable String text(JsonNode data, String name) {
        return data.path(name).stringValueOpt().orElse(null);
    }

    static @Nullable String textOr(JsonNode data, String name, @Nullable String otherwise) {
        return data.path(name).stringValueOpt().orElse(otherwise);
    }
}
