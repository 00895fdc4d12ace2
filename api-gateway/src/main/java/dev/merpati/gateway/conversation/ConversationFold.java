package dev.merpati.gateway.conversation;

import dev.merpati.gateway.message.RecentMessages;
import dev.merpati.model.Json;
import dev.merpati.model.event.EventType;
import dev.merpati.model.event.StoredEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Makes chats of events, which must be added in order. Takes events as they are: what a newer release adds is ignored, and what
 * is missing is not shown. Only a message's own writer changes it: WhatsApp's clients leave that to whoever shows it.
 */
final class ConversationFold {
    private static final List<String> STATUSES =
            List.of("queued", "sending", "failed", "sent", "delivered", "read", "played");

    private final Map<String, ChatEntries> chats = new LinkedHashMap<>();

    /** What the account sent, by the message's id. */
    private final Map<String, MessageEntry> own = new HashMap<>();

    /** What is known of messages of the account that have not been met yet: receipts can be faster than outcomes. */
    private final Map<String, String> early = new HashMap<>();

    /** One chat. */
    private static final class ChatEntries {
        private final Map<String, MessageEntry> byId = new HashMap<>();
        private final List<MessageEntry> all = new ArrayList<>();
        private @Nullable String name;

        void add(MessageEntry entry) {
            all.add(entry);
            byId.putIfAbsent(entry.messageId, entry);
        }
    }

    void add(StoredEvent event) {
        JsonNode data;
        try {
            data = Json.MAPPER.readTree(event.data());
        } catch (JacksonException e) {
            return; // Not of our making, and nothing to show.
        }
        String type = event.type();
        if (type.equals(EventType.MESSAGE_RECEIVED.wireName())) {
            message(event, data, ChatMessage.Author.OTHER);
        } else if (type.equals(EventType.MESSAGE_SENT.wireName())) {
            message(event, data, ChatMessage.Author.PHONE);
        } else if (type.equals(EventType.MESSAGE_STATUS.wireName())) {
            status(event, data);
        } else if (type.equals(EventType.MESSAGE_EDITED.wireName())) {
            change(event, data, "older_edited");
        } else if (type.equals(EventType.MESSAGE_DELETED.wireName())) {
            change(event, data, "older_deleted");
        } else if (type.equals(EventType.MESSAGE_REACTION.wireName())) {
            change(event, data, "older_reaction");
        }
    }

    private void message(StoredEvent event, JsonNode data, ChatMessage.Author author) {
        ChatEntries chat = chat(MessageContent.textOf(data, "chat"));
        MessageEntry entry = new MessageEntry(
                event.id().toString(),
                MessageContent.textOf(data, "messageId"),
                author,
                MessageContent.textOf(data, "from"),
                event.timestamp(),
                event.id().millis());
        MessageContent.read(entry, data);
        JsonNode quoted = data.path("quoted");
        if (quoted.isObject()) {
            MessageEntry answered = chat.byId.get(MessageContent.textOf(quoted, "messageId"));
            entry.quote = new MessageEntry.Quoted(MessageContent.text(quoted, "from"), answered);
        }
        chat.add(entry);
        if (author == ChatMessage.Author.OTHER) {
            chat.name = MessageContent.textOr(data, "pushName", chat.name);
        } else {
            own(entry);
        }
    }

    private void status(StoredEvent event, JsonNode data) {
        String messageId = MessageContent.textOf(data, "messageId");
        String status = MessageContent.textOf(data, "status");
        MessageEntry entry = own.get(messageId);
        boolean outcome = status.equals("sent") || status.equals("failed");
        String recipient = MessageContent.textOf(data, "recipient");
        if (entry == null && outcome && !recipient.isEmpty()) {
            // Only what was sent through the API has an outcome.
            entry = new MessageEntry(
                    messageId,
                    messageId,
                    ChatMessage.Author.API,
                    "",
                    event.timestamp(),
                    event.id().millis());
            entry.kind = "api";
            chat(recipient).add(entry);
            own(entry);
        }
        if (entry == null) {
            early.merge(messageId, status, ConversationFold::later);
        } else if (rank(status) > rank(entry.status)) {
            entry.status = status;
            JsonNode error = data.path("error");
            entry.failure = error.isObject()
                    ? new ChatMessage.Failure(
                            MessageContent.textOf(error, "code"), MessageContent.textOf(error, "message"))
                    : null;
        }
    }

    private void own(MessageEntry entry) {
        own.put(entry.messageId, entry);
        String known = early.remove(entry.messageId);
        if (known != null && rank(known) > rank(entry.status)) {
            entry.status = known;
        }
    }

    /** An edit, a deletion or a reaction; shown by itself when its message is not among those that were read. */
    private void change(StoredEvent event, JsonNode data, String kind) {
        ChatEntries chat = chat(MessageContent.textOf(data, "chat"));
        String messageId = MessageContent.textOf(data, "messageId");
        String from = MessageContent.textOf(data, "from");
        boolean fromMe = data.path("fromMe").asBoolean(false);
        String said = MessageContent.textOr(data, "text", MessageContent.text(data, "caption"));
        String emoji = MessageContent.textOf(data, "emoji");
        MessageEntry entry = chat.byId.get(messageId);
        if (entry != null) {
            boolean byWriter = fromMe ? entry.author != ChatMessage.Author.OTHER : entry.from.equals(from);
            switch (kind) {
                case "older_edited" -> entry.edit(byWriter ? said : null);
                case "older_deleted" -> entry.deleted |= byWriter;
                default -> entry.react(from, emoji);
            }
        } else if (!kind.equals("older_reaction") || !emoji.isEmpty()) {
            MessageEntry note = new MessageEntry(
                    event.id().toString(),
                    "",
                    fromMe ? ChatMessage.Author.PHONE : ChatMessage.Author.OTHER,
                    from,
                    event.timestamp(),
                    event.id().millis());
            note.kind = kind;
            note.text = kind.equals("older_reaction") ? emoji : said;
            chat.all.add(note);
        }
    }

    /**
     * Adds what the session was asked to send lately: of what is met already, whether it is a file; of the rest, how it stands.
     *
     * @param since leaves out what was asked for earlier
     */
    void addSends(List<RecentMessages.Message> sends, Instant since) {
        for (RecentMessages.Message send : sends) {
            MessageEntry entry = own.get(send.id());
            String to = send.to();
            if (entry == null && to != null && !send.at().isBefore(since)) {
                entry = new MessageEntry(
                        send.id(),
                        send.id(),
                        ChatMessage.Author.API,
                        "",
                        send.at(),
                        send.at().toEpochMilli());
                entry.kind = "api";
                chat(to).add(entry);
                own(entry);
            }
            if (entry != null && entry.author == ChatMessage.Author.API) {
                entry.kind = send.media() ? "api_file" : "api";
                if (rank(send.status()) > rank(entry.status)) {
                    entry.status = send.status();
                    entry.failure = send.failure() == null
                            ? null
                            : new ChatMessage.Failure(
                                    send.failure().code(), send.failure().message());
                }
            }
        }
    }

    List<Chat> chats() {
        return chats.entrySet().stream()
                .filter(chat -> !chat.getValue().all.isEmpty())
                .map(chat -> new Chat(
                        chat.getKey(),
                        chat.getValue().name,
                        chat.getValue().all.stream()
                                .sorted(Comparator.comparingLong(entry -> entry.order))
                                .map(MessageEntry::message)
                                .toList()))
                .sorted(Comparator.comparing((Chat chat) -> chat.last().at()).reversed())
                .toList();
    }

    private ChatEntries chat(String id) {
        return chats.computeIfAbsent(id, key -> new ChatEntries());
    }

    private static String later(String one, String other) {
        return rank(one) >= rank(other) ? one : other;
    }

    /** A message that came up as failed, and has arrived nevertheless, has arrived. */
    private static int rank(@Nullable String status) {
        return status == null ? -1 : STATUSES.indexOf(status);
    }
}
