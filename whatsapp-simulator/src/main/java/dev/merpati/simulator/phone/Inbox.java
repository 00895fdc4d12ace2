package dev.merpati.simulator.phone;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What reached a phone, by stanza id: how often, and its content if it could be decrypted. Keeps the last
 * {@code capacity} ids; an id that comes again after that counts as new. Thread-safe.
 */
public final class Inbox {
    private final int capacity;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private int shown;

    /** A message and how often a stanza with its id arrived. */
    public record Counted(ReceivedMessage message, int copies, boolean read) {}

    private static final class Entry {
        private int copies;
        private @Nullable ReceivedMessage message;
        private boolean read;
        private int retries;
    }

    public Inbox(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Counts a stanza.
     *
     * @return how many with this id have arrived, this one included
     */
    public synchronized int arrived(String id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            if (entries.size() >= capacity) {
                forgetOldest();
            }
            entry = new Entry();
            entries.put(id, entry);
        }
        return ++entry.copies;
    }

    /**
     * Counts a request to send a message again.
     *
     * @return how many requests there were for the id, this one included; 0 for an id that is not known
     */
    public synchronized int requestedAgain(String id) {
        Entry entry = entries.get(id);
        return entry == null ? 0 : ++entry.retries;
    }

    /** Keeps the content of the first copy that could be decrypted. */
    public synchronized void decrypted(ReceivedMessage message) {
        Entry entry = entries.get(message.id());
        if (entry != null && entry.message == null) {
            entry.message = message;
            shown++;
        }
    }

    /** What could be decrypted, in the order in which the ids first arrived. */
    public synchronized List<Counted> messages() {
        List<Counted> messages = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.message != null) {
                messages.add(new Counted(entry.message, entry.copies, entry.read));
            }
        }
        return messages;
    }

    /** How many messages the phone shows. */
    public synchronized int size() {
        return shown;
    }

    public synchronized Optional<ReceivedMessage> message(String id) {
        return Optional.ofNullable(entries.get(id)).flatMap(entry -> Optional.ofNullable(entry.message));
    }

    /** Marks all messages, or the one with the id, as read and returns those that were not yet. */
    public synchronized List<ReceivedMessage> read(@Nullable String id) {
        List<ReceivedMessage> read = new ArrayList<>();
        for (Entry entry : entries.values()) {
            ReceivedMessage message = entry.message;
            if (message != null && !entry.read && (id == null || message.id().equals(id))) {
                entry.read = true;
                read.add(message);
            }
        }
        return read;
    }

    private void forgetOldest() {
        Iterator<Entry> oldest = entries.values().iterator();
        if (oldest.next().message != null) {
            shown--;
        }
        oldest.remove();
    }
}
