package dev.merpati.worker.event;

import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventData.Direction;
import dev.merpati.model.event.EventType;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of what comes in. What a sender can make as long as it likes is cut, far beyond what WhatsApp's own clients
 * let through, so that every event fits in a record of Kafka (1 MB).
 */
final class MessageEvents {
    private static final String USER = "user";
    private static final int LONGEST_TEXT = 100_000;
    private static final int LONGEST_NAME = 1_000;
    private static final int LONGEST_ID = 200;
    private static final int MOST_OPTIONS = 100;
    private static final int MOST_CONTACTS = 500;
    /** Of all vCards of a message together, in characters, each of which may take six bytes in JSON. */
    private static final int LONGEST_VCARDS = 100_000;
    /** Of all names of contacts of a message together, in characters. */
    private static final int LONGEST_NAMES = 40_000;

    private static final Pattern LINE_ENDS = Pattern.compile("(?<=\\n)");

    private MessageEvents() {}

    /** @param media the file of a message that has one, as tenants name it; null when it cannot be had */
    static Event of(String tenantId, UUID sessionId, IncomingMessage message, EventData.@Nullable Media media) {
        return Event.of(key(sessionId, message), tenantId, sessionId, message.sentAt(), data(message, media));
    }

    /** Returns the key of a message's event: it says which kind of event it is, so that a file and an edit do not collide. */
    static String key(UUID sessionId, IncomingMessage message) {
        return EventNames.key(type(message), sessionId, message.origin(), message.id());
    }

    private static EventType type(IncomingMessage message) {
        return switch (message.content()) {
            case IncomingContent.Reaction _ -> EventType.MESSAGE_REACTION;
            case IncomingContent.Revoke _ -> EventType.MESSAGE_DELETED;
            case IncomingContent.Edit _ -> EventType.MESSAGE_EDITED;
            case IncomingContent.Text _,
                    IncomingContent.Media _,
                    IncomingContent.Location _,
                    IncomingContent.Contacts _,
                    IncomingContent.Poll _,
                    IncomingContent.Unsupported _ ->
                message.fromMe() ? EventType.MESSAGE_SENT : EventType.MESSAGE_RECEIVED;
        };
    }

    /** Returns what a sender calls a file, or its type, in a length that it can have. */
    static @Nullable String name(@Nullable String text) {
        return cutOrNull(text, LONGEST_NAME);
    }

    private static EventData data(IncomingMessage message, EventData.@Nullable Media media) {
        String from = EventNames.user(message.sender());
        String chat = EventNames.user(message.chat());
        return switch (message.content()) {
            case IncomingContent.Reaction(String target, String emoji) ->
                new EventData.Reaction(
                        id(target), from, chat, message.fromMe(), cut(emoji, LONGEST_ID), message.sentAt());
            case IncomingContent.Revoke(String target) ->
                new EventData.Deleted(id(target), from, chat, message.fromMe(), message.sentAt());
            case IncomingContent.Edit(String target, IncomingContent now) ->
                new EventData.Edited(
                        id(target),
                        from,
                        chat,
                        message.fromMe(),
                        now instanceof IncomingContent.Text(String text) ? cut(text, LONGEST_TEXT) : null,
                        now instanceof IncomingContent.Media file ? cutOrNull(file.caption(), LONGEST_TEXT) : null,
                        message.sentAt());
            case IncomingContent.Text(String text) ->
                message(message, "text", cut(text, LONGEST_TEXT), null, null, null, null, null);
            case IncomingContent.Media file ->
                message(
                        message,
                        messageType(file.type()),
                        null,
                        cutOrNull(file.caption(), LONGEST_TEXT),
                        media,
                        null,
                        null,
                        null);
            case IncomingContent.Location place ->
                message(
                        message,
                        "location",
                        null,
                        null,
                        null,
                        new EventData.Location(
                                place.latitude(),
                                place.longitude(),
                                cutOrNull(place.name(), LONGEST_NAME),
                                cutOrNull(place.address(), LONGEST_NAME),
                                place.live()),
                        null,
                        null);
            case IncomingContent.Contacts(List<IncomingContent.Contact> contacts) ->
                message(message, "contact", null, null, null, null, contacts(contacts), null);
            case IncomingContent.Poll(String question, List<String> options, int selectable) ->
                message(
                        message,
                        "poll",
                        null,
                        null,
                        null,
                        null,
                        null,
                        new EventData.Poll(
                                cut(question, LONGEST_NAME),
                                options.stream()
                                        .limit(MOST_OPTIONS)
                                        .map(option -> cut(option, LONGEST_NAME))
                                        .toList(),
                                selectable));
            case IncomingContent.Unsupported _ -> message(message, "unsupported", null, null, null, null, null, null);
        };
    }

    private static EventData.Message message(
            IncomingMessage message,
            String messageType,
            @Nullable String text,
            @Nullable String caption,
            EventData.@Nullable Media media,
            EventData.@Nullable Location location,
            @Nullable List<EventData.Contact> contacts,
            EventData.@Nullable Poll poll) {
        IncomingMessage.Quoted quoted = message.quoted();
        return new EventData.Message(
                message.fromMe() ? Direction.SENT : Direction.RECEIVED,
                id(message.id()),
                EventNames.user(message.sender()),
                EventNames.user(message.chat()),
                USER,
                cutOrNull(message.pushName(), LONGEST_NAME),
                messageType,
                text,
                caption,
                media,
                location,
                contacts,
                poll,
                quoted == null ? null : quoted(quoted, message),
                message.sentAt());
    }

    private static EventData.Quoted quoted(IncomingMessage.Quoted quoted, IncomingMessage in) {
        String author = EventNames.user(quoted.participant(), in.sender(), in.chat());
        return new EventData.Quoted(id(quoted.id()), cutOrNull(author, LONGEST_ID));
    }

    /** A round video note is a video, and a voice message is not just audio. */
    private static String messageType(IncomingContent.MediaType type) {
        return switch (type) {
            case VIDEO_NOTE -> "video";
            case IMAGE, VIDEO, AUDIO, VOICE, DOCUMENT, STICKER -> type.name().toLowerCase(Locale.ROOT);
        };
    }

    /** Leaves out the pictures in vCards that are too long, and then whole vCards; all contacts keep a name. */
    private static List<EventData.Contact> contacts(List<IncomingContent.Contact> contacts) {
        List<EventData.Contact> result = new ArrayList<>();
        int count = Math.min(contacts.size(), MOST_CONTACTS);
        int fair = LONGEST_VCARDS / Math.max(1, count);
        int name = Math.min(LONGEST_NAME, LONGEST_NAMES / Math.max(1, count));
        for (IncomingContent.Contact contact : contacts.subList(0, count)) {
            String vcard = contact.vcard().length() > fair ? withoutPictures(contact.vcard()) : contact.vcard();
            result.add(new EventData.Contact(cut(contact.name(), name), vcard.length() > fair ? "" : vcard));
        }
        return result;
    }

    /** Without the properties of a vCard that hold files, each with its folded lines (RFC 6350, 3.2). */
    private static String withoutPictures(String vcard) {
        StringBuilder kept = new StringBuilder();
        boolean leftOut = false;
        for (String line : LINE_ENDS.splitAsStream(vcard).toList()) {
            boolean folded = line.startsWith(" ") || line.startsWith("\t");
            leftOut = folded
                    ? leftOut
                    : line.regionMatches(true, 0, "PHOTO", 0, 5) || line.regionMatches(true, 0, "LOGO", 0, 4);
            if (!leftOut) {
                kept.append(line);
            }
        }
        return kept.toString();
    }

    /** One event for each message that a receipt is about. */
    static List<Event> of(String tenantId, UUID sessionId, IncomingReceipt receipt) {
        String status = receipt.kind().name().toLowerCase(Locale.ROOT);
        String recipient = EventNames.user(receipt.recipient());
        return receipt.messageIds().stream()
                .map(messageId -> {
                    EventData data = new EventData.MessageStatus(id(messageId), status, recipient, null);
                    String key = EventNames.key(data.type(), sessionId, messageId, receipt.origin(), status);
                    return Event.of(key, tenantId, sessionId, receipt.at(), data);
                })
                .toList();
    }

    private static String id(String id) {
        return cut(id, LONGEST_ID);
    }

    private static @Nullable String cutOrNull(@Nullable String text, int most) {
        return text == null ? null : cut(text, most);
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }
}
