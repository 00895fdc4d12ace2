package dev.merpati.worker.whatsapp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a received message says. */
public sealed interface IncomingContent {
    /** A short name of the kind, for labels and logs; one of a fixed set. */
    String kind();

    record Text(String text) implements IncomingContent {
        @Override
        public String kind() {
            return "text";
        }
    }

    /** What kind of file came. */
    enum MediaType {
        IMAGE,
        VIDEO,
        /** A round video note. */
        VIDEO_NOTE,
        AUDIO,
        VOICE,
        DOCUMENT,
        STICKER
    }

    /**
     * A file on WhatsApp's media server.
     *
     * @param directPath its path on the media hosts
     * @param url where the sender saw it; older clients name no path
     * @param key from which its keys are derived
     * @param seconds how long it plays; 0 when that is not said
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Media(
            MediaType type,
            @Nullable String mimeType,
            @Nullable String directPath,
            @Nullable String url,
            byte[] key,
            byte[] sha256,
            byte[] encryptedSha256,
            long length,
            @Nullable String caption,
            @Nullable String fileName,
            int seconds,
            boolean viewOnce)
            implements IncomingContent {
        @Override
        public String kind() {
            return "media";
        }
    }

    /** @param emoji empty takes the reaction back */
    record Reaction(String targetId, String emoji) implements IncomingContent {
        @Override
        public String kind() {
            return "reaction";
        }
    }

    record Edit(String targetId, IncomingContent content) implements IncomingContent {
        @Override
        public String kind() {
            return "edit";
        }
    }

    /** A message was deleted for everybody. */
    record Revoke(String targetId) implements IncomingContent {
        @Override
        public String kind() {
            return "revoke";
        }
    }

    /** @param live whether it is the beginning of a location that moves */
    record Location(
            double latitude,
            double longitude,
            @Nullable String name,
            @Nullable String address,
            boolean live) implements IncomingContent {
        @Override
        public String kind() {
            return "location";
        }
    }

    record Contacts(List<Contact> contacts) implements IncomingContent {
        @Override
        public String kind() {
            return "contact";
        }
    }

    record Contact(String name, String vcard) {}

    /** @param selectable how many options may be chosen; 0 for any number */
    record Poll(String question, List<String> options, int selectable) implements IncomingContent {
        @Override
        public String kind() {
            return "poll";
        }
    }

    /**
     * Something else.
     *
     * @param field the number of the field of WhatsApp's {@code Message} that holds it; 0 when there is none
     */
    record Unsupported(int field) implements IncomingContent {
        @Override
        public String kind() {
            return "unsupported";
        }
    }
}
