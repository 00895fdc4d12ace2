package dev.merpati.model.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.merpati.model.session.PasskeyChallenge;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an event says, by its type. Components that are null are left out of the JSON. Times are ISO 8601 in UTC. A user is named
 * by the phone number, digits only, or by {@code <hidden id>@lid} while WhatsApp has not told the number.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface EventData {
    @JsonIgnore
    EventType type();

    /**
     * A session changed its status.
     *
     * @param status as in the session's own view
     * @param reason why, where there is a reason: {@code paired}, {@code network}, {@code logged_out}, ...
     * @param until when the session connects again by itself, if that is known
     * @param passkey what WhatsApp wants signed, with the reason {@code passkey_required}
     */
    record Status(
            String status,
            @Nullable String reason,
            @Nullable Instant until,
            @Nullable PasskeyChallenge passkey) implements EventData {
        @Override
        public EventType type() {
            return EventType.SESSION_STATUS;
        }
    }

    /** @param qrCode a PNG as data URL */
    record Qr(String qrCode, Instant expiresAt) implements EventData {
        @Override
        public EventType type() {
            return EventType.SESSION_QR;
        }
    }

    /**
     * A message.
     *
     * @param direction whether the account received or sent it; not part of the JSON, since the event's type says so
     * @param from who wrote it
     * @param chat whose chat it belongs to: {@code from} of a received message, the recipient of a sent one
     * @param chatType {@code user}
     * @param messageType what it is, one of the names that the API's description lists: {@code text}, {@code image}, ...
     * @param sentAt when WhatsApp's server took it
     */
    record Message(
            @JsonIgnore Direction direction,
            String messageId,
            String from,
            String chat,
            String chatType,
            @Nullable String pushName,
            String messageType,
            @Nullable String text,
            @Nullable String caption,
            @Nullable Media media,
            @Nullable Location location,
            @Nullable List<Contact> contacts,
            @Nullable Poll poll,
            @Nullable Quoted quoted,
            Instant sentAt)
            implements EventData {
        @Override
        public EventType type() {
            return direction == Direction.RECEIVED ? EventType.MESSAGE_RECEIVED : EventType.MESSAGE_SENT;
        }
    }

    /** Which way a message went. */
    enum Direction {
        RECEIVED,
        SENT
    }

    /**
     * A file of a message.
     *
     * @param id by which {@code GET /api/sessions/{id}/media/{mediaId}} finds it
     * @param size in bytes, as the sender says
     * @param sha256 of the file, 64 lower-case hex digits
     * @param seconds how long it plays; null when that is not said
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Media(
            String id,
            @Nullable String mimeType,
            long size,
            @Nullable String fileName,
            String sha256,
            @Nullable Integer seconds,
            boolean viewOnce) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Location(
            double latitude,
            double longitude,
            @Nullable String name,
            @Nullable String address,
            boolean live) {}

    record Contact(String name, String vcard) {}

    /** @param selectable how many options may be chosen; 0 for any number */
    record Poll(String question, List<String> options, int selectable) {}

    /** The message that another one answers. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Quoted(String messageId, @Nullable String from) {}

    /**
     * What became of a message that the account sent.
     *
     * @param status {@code sent}, {@code delivered}, {@code read}, {@code played} or {@code failed}
     * @param recipient null where it is not known
     * @param error of {@code failed}: what a caller that waited would have got
     */
    record MessageStatus(
            String messageId,
            String status,
            @Nullable String recipient,
            @Nullable Failure error) implements EventData {
        @Override
        public EventType type() {
            return EventType.MESSAGE_STATUS;
        }
    }

    /** @param reason WhatsApp's own numeric reason, where it gave one */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Failure(String code, String message, @Nullable Integer reason) {}

    /** @param messageId of the message that was changed; the text or the caption is the new one */
    record Edited(
            String messageId,
            String from,
            String chat,
            boolean fromMe,
            @Nullable String text,
            @Nullable String caption,
            Instant editedAt)
            implements EventData {
        @Override
        public EventType type() {
            return EventType.MESSAGE_EDITED;
        }
    }

    /** @param messageId of the message that was deleted for everybody */
    record Deleted(String messageId, String from, String chat, boolean fromMe, Instant deletedAt) implements EventData {
        @Override
        public EventType type() {
            return EventType.MESSAGE_DELETED;
        }
    }

    /**
     * @param messageId of the message that was reacted to
     * @param emoji empty when the reaction was taken back
     */
    record Reaction(String messageId, String from, String chat, boolean fromMe, String emoji, Instant sentAt)
            implements EventData {
        @Override
        public EventType type() {
            return EventType.MESSAGE_REACTION;
        }
    }
}
