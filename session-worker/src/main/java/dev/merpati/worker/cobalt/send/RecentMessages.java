package dev.merpati.worker.cobalt.send;

import it.auties.whatsapp.model.jid.Jid;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last messages, in case a recipient's device asks for one again. Bounded by number and by bytes: media count with
 * their description only, their content is on WhatsApp's server. Thread-safe.
 */
final class RecentMessages {
    private static final int MAX_MESSAGES = 128;
    private static final int MAX_BYTES = 128 * 1024;
    private static final int MAX_RETRIES = 5;

    private final Map<String, Sent> messages = new LinkedHashMap<>();
    private int bytes;

    synchronized void add(String messageId, Jid recipient, MessageContent content) {
        remove(messageId);
        messages.put(messageId, new Sent(recipient, content, content.size(), 0));
        bytes += content.size();
        while (messages.size() > MAX_MESSAGES || bytes > MAX_BYTES) {
            remove(messages.keySet().iterator().next());
        }
    }

    /** The message, unless it is gone or has been asked for too often. */
    synchronized Optional<Sent> again(String messageId) {
        return Optional.ofNullable(messages.computeIfPresent(messageId, (_, sent) -> sent.once()))
                .filter(sent -> sent.retries() <= MAX_RETRIES);
    }

    private void remove(String messageId) {
        Sent removed = messages.remove(messageId);
        if (removed != null) {
            bytes -= removed.size();
        }
    }

    record Sent(Jid recipient, MessageContent content, int size, int retries) {
        Sent once() {
            return new Sent(recipient, content, size, retries + 1);
        }
    }
}
