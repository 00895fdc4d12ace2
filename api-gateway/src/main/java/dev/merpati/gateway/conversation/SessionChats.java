package dev.merpati.gateway.conversation;

import java.util.List;
import java.util.Optional;

/**
 * The chats of a session, as far back as was read.
 *
 * @param chats the one with the youngest message first
 * @param older whether there are older events, which were not read
 */
public record SessionChats(List<Chat> chats, boolean older) {
    public Optional<Chat> find(String chatId) {
        return chats.stream().filter(chat -> chat.id().equals(chatId)).findFirst();
    }
}
