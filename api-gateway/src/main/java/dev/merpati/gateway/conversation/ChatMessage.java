package dev.merpati.gateway.conversation;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message as it stands after everything that has happened to it. A deleted one has lost what it said.
 *
 * @param key names the message within its session, for as long as it is shown: letters, digits and dashes
 * @param from the writer's number, or address; the account's own for what it sent itself
 * @param kind {@code text}, {@code image}, ... as events name it; {@code api} and {@code api_file} for what was sent through the
 *     API, whose content is not kept; {@code older_edited}, {@code older_deleted} and {@code older_reaction} for what happened to a
 *     message that is not shown
 * @param text also the caption of a file; at most some 8,000 characters of it
 * @param cut whether there is more of the text than that
 * @param status null of what others wrote, and of what the phone sent while nothing is known of it
 * @param failure of the status {@code failed}
 */
public record ChatMessage(
        String key,
        String messageId,
        Author author,
        String from,
        Instant at,
        String kind,
        @Nullable String text,
        boolean cut,
        @Nullable File file,
        @Nullable Place place,
        List<Contact> contacts,
        @Nullable Poll poll,
        @Nullable Quote quote,
        List<Reaction> reactions,
        boolean edited,
        boolean deleted,
        @Nullable String status,
        @Nullable Failure failure) {

    /** Who wrote it. */
    public enum Author {
        /** Somebody else. */
        OTHER,
        /** The account's own phone, or another device of it. */
        PHONE,
        /** The tenant's software. */
        API
    }

    /** How a browser shows a file in its place. */
    public enum Preview {
        /** Not at all: it is there to be downloaded. */
        NONE,
        PICTURE,
        SOUND,
        VIDEO
    }

    public record File(
            String id,
            @Nullable String name,
            @Nullable String mimeType,
            long size,
            @Nullable Integer seconds,
            boolean viewOnce,
            Preview preview) {
        private static final String[] UNITS = {"B", "KB", "MB", "GB"};

        /** Returns the type without its parameters; null when the sender has not said it. */
        public @Nullable String typeLabel() {
            return mimeType == null ? null : mimeType.replaceFirst(";.*", "").strip();
        }

        /** Returns the size for people, such as 1.2 MB. */
        public String sizeLabel() {
            double rest = size;
            int unit = 0;
            while (rest >= 1024 && unit < UNITS.length - 1) {
                rest /= 1024;
                unit++;
            }
            return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", rest, UNITS[unit]);
        }
    }

    public record Place(
            double latitude,
            double longitude,
            @Nullable String name,
            @Nullable String address,
            boolean live) {
        /** Returns the coordinates as maps take them. */
        public String coordinates() {
            return String.format(Locale.ROOT, "%.6f,%.6f", latitude, longitude);
        }
    }

    public record Contact(String name, String vcard) {}

    public record Poll(String question, List<String> options) {}

    /**
     * The message that is answered.
     *
     * @param from null when it is not known
     * @param text the beginning of what it says; null when it is not among those that were read, or has no text
     */
    public record Quote(@Nullable String from, @Nullable String text) {
        public @Nullable String fromLabel() {
            return from == null ? null : Chat.labelOf(from);
        }
    }

    public record Reaction(String emoji, String from) {
        public String fromLabel() {
            return Chat.labelOf(from);
        }
    }

    /** @param message as the API says it */
    public record Failure(String code, String message) {}

    private static final Set<String> KINDS = Set.of(
            "text",
            "image",
            "video",
            "audio",
            "voice",
            "document",
            "sticker",
            "location",
            "contact",
            "poll",
            "api",
            "api_file",
            "older_edited",
            "older_deleted",
            "older_reaction");

    private static final Set<String> STATUSES =
            Set.of("queued", "sending", "sent", "delivered", "read", "played", "failed");

    /** Returns the kind, or {@code unsupported} for one that this release does not know. */
    public String kindName() {
        return KINDS.contains(kind) ? kind : "unsupported";
    }

    /** Whether the kind has to be said, since what is shown besides does not show it. */
    public boolean isLabelled() {
        return !Set.of("text", "location", "contact", "poll").contains(kind);
    }

    /** Returns the status, or {@code sent} for one that this release does not know: it is of a message that has left. */
    public String statusName() {
        return status == null || !STATUSES.contains(status) ? "sent" : status;
    }

    public boolean isFromMe() {
        return author != Author.OTHER;
    }

    public String fromLabel() {
        return Chat.labelOf(from);
    }
}
