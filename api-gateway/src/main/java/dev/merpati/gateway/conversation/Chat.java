package dev.merpati.gateway.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said in one chat.
 *
 * @param id the other side's number, {@code <hidden id>@lid}, or the address of a group
 * @param name what the other side calls itself; null when it has not said
 * @param messages oldest first, at least one
 */
public record Chat(String id, @Nullable String name, List<ChatMessage> messages) {
    public ChatMessage last() {
        return messages.getLast();
    }

    /** Returns the chat's address for people: a number with its plus. */
    public String label() {
        return labelOf(id);
    }

    static String labelOf(String address) {
        boolean number = !address.isEmpty() && address.chars().allMatch(each -> each >= '0' && each <= '9');
        return number ? "+" + address : address;
    }
}
