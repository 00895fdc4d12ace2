package dev.merpati.gateway.conversation;

import dev.merpati.gateway.conversation.ChatMessage.Author;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message while events change it. */
final class MessageEntry {
    private static final int QUOTED_LENGTH = 120;

    /** Twice what WhatsApp's clients let people write; whoever writes to us otherwise makes no page that nobody can read. */
    private static final int SHOWN_LENGTH = 8_192;

    final String key;
    final String messageId;
    final Author author;
    final String from;
    final Instant at;
    /** Milliseconds since 1970, by which the messages of a chat are sorted. */
    final long order;

    String kind = "unsupported";

    @Nullable
    String text;

    ChatMessage.@Nullable File file;
    ChatMessage.@Nullable Place place;
    List<ChatMessage.Contact> contacts = List.of();
    ChatMessage.@Nullable Poll poll;

    @Nullable
    Quoted quote;

    boolean deleted;

    @Nullable
    String status;

    ChatMessage.@Nullable Failure failure;
    private boolean edited;
    private final Map<String, String> reactions = new LinkedHashMap<>();

    MessageEntry(String key, String messageId, Author author, String from, Instant at, long order) {
        this.key = key;
        this.messageId = messageId;
        this.author = author;
        this.from = from;
        this.at = at;
        this.order = order;
    }

    /** @param message null when it is not among those that were read */
    record Quoted(@Nullable String from, @Nullable MessageEntry message) {
        ChatMessage.Quote quote() {
            return new ChatMessage.Quote(
                    from, message == null || message.deleted ? null : MessageContent.cut(message.text, QUOTED_LENGTH));
        }
    }

    /** @param newText null when the edit says nothing that can be shown */
    void edit(@Nullable String newText) {
        if (newText != null) {
            text = newText;
            edited = true;
        }
    }

    /** @param emoji empty to take the reaction back; everybody has one */
    void react(String reader, String emoji) {
        reactions.remove(reader);
        if (!emoji.isEmpty()) {
            reactions.put(reader, emoji);
        }
    }

    ChatMessage message() {
        return new ChatMessage(
                key,
                messageId,
                author,
                from,
                at,
                kind,
                deleted ? null : MessageContent.cut(text, SHOWN_LENGTH),
                !deleted && text != null && text.length() > SHOWN_LENGTH,
                deleted ? null : file,
                deleted ? null : place,
                deleted ? List.of() : contacts,
                deleted ? null : poll,
                deleted || quote == null ? null : quote.quote(),
                reactions.entrySet().stream()
                        .map(reaction -> new ChatMessage.Reaction(reaction.getValue(), reaction.getKey()))
                        .toList(),
                edited && !deleted,
                deleted,
                status,
                failure);
    }
}
