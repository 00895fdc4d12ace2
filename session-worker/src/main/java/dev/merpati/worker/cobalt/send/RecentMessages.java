package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import dev.merpati.worker.whatsapp.SessionRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last messages, in case a recipient's device asks for one again, on whichever connection and worker that is. Bounded
 * by number, bytes and age: media count with their description only, their content is on WhatsApp's server.
 *
 * <p>A message is stored with the Signal sessions that it goes on, before it leaves. Which ones there are, and which are
 * too many, is written a moment later for several together; until then a short list names those that are not in it, so that
 * a worker that is killed leaves none behind. Thread-safe.
 */
final class RecentMessages {
    private static final Logger log = LoggerFactory.getLogger(RecentMessages.class);

    static final int MAX_MESSAGES = 256;
    static final int MAX_BYTES = 128 * 1024;
    static final Duration MAX_AGE = Duration.ofHours(24);
    /** The list of all has some kilobytes: too many to be written for each message of a busy session. */
    private static final Duration LIST_AFTER = Duration.ofSeconds(2);
    /** So many are listed without waiting: until then each message writes the list of those that wait. */
    static final int LISTED_AT_ONCE = 32;

    private static final String INDEX = "sent-index";
    private static final String UNINDEXED = "sent-unindexed";
    private static final String MESSAGE = "sent:";

    private final SerialExecutor storing = new SerialExecutor("whatsapp-sent");
    private final SessionRecords records;
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    /** Not in the index yet. */
    private final Map<String, Entry> waiting = new LinkedHashMap<>();

    private boolean due;
    private volatile boolean inherited;
    /** What is stored, oldest first; only touched while storing. */
    private @Nullable Map<String, Entry> index;

    /** @param to the chat, as the stanza had it */
    record Sent(Address to, MessageContent content) {}

    private record Entry(long seconds, int bytes) {}

    RecentMessages(SessionRecords records, ScheduledExecutorService timer, InstantSource clock) {
        this.records = records;
        this.timer = timer;
        this.clock = clock;
    }

    /** Returns the records by which a message is kept; to be stored before it leaves. Blocks the first time. */
    Map<String, byte @Nullable []> add(String messageId, Sent sent) {
        long now = clock.instant().getEpochSecond();
        byte[] encoded = encode(sent, now);
        Map<String, byte @Nullable []> changes = new HashMap<>();
        changes.put(MESSAGE + messageId, encoded);
        boolean first;
        boolean many;
        inherit();
        synchronized (waiting) {
            waiting.remove(messageId);
            waiting.put(messageId, new Entry(now, encoded.length));
            if (waiting.size() > MAX_MESSAGES) {
                waiting.remove(waiting.keySet().iterator().next());
            }
            changes.put(UNINDEXED, encode(waiting));
            many = waiting.size() % LISTED_AT_ONCE == 0;
            first = !due;
            due = true;
        }
        if (many) {
            store();
        } else if (first) {
            try {
                ScheduledFuture<?> _ = timer.schedule(this::store, LIST_AFTER.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                store();
            }
        }
        return changes;
    }

    /**
     * Takes over the list of the worker before, which the next one replaces: it can have been killed before those in it were
     * in the index.
     */
    private void inherit() {
        if (inherited) {
            return;
        }
        try {
            Map<String, Entry> before =
                    decodeEntries(records.load(List.of(UNINDEXED)).get(UNINDEXED));
            synchronized (waiting) {
                before.forEach(waiting::putIfAbsent);
            }
            inherited = true;
        } catch (RuntimeException e) {
            log.debug("Messages that are kept for a resend may not be counted: {}", e.toString());
        }
    }

    /** Returns a message unless it is gone. Blocks. */
    Optional<Sent> find(String messageId) {
        byte @Nullable [] stored = records.load(List.of(MESSAGE + messageId)).get(MESSAGE + messageId);
        return Optional.ofNullable(stored).flatMap(this::decode);
    }

    /** Writes down which messages there are, and removes those that are too many; returns at once. */
    void store() {
        storing.execute(this::storeNow);
    }

    private void storeNow() {
        Map<String, Entry> batch;
        synchronized (waiting) {
            due = false;
            batch = new LinkedHashMap<>(waiting);
        }
        if (batch.isEmpty()) {
            return;
        }
        try {
            records.save(changes(batch));
        } catch (RuntimeException e) {
            index = null; // Whether it was stored is not known.
            log.debug("Messages that are kept for a resend are not counted yet: {}", e.toString());
            return;
        }
        synchronized (waiting) {
            batch.forEach(waiting::remove);
        }
    }

    private Map<String, byte @Nullable []> changes(Map<String, Entry> batch) {
        Map<String, Entry> entries = index == null ? loadIndex() : index;
        index = entries;
        Map<String, byte @Nullable []> changes = new HashMap<>();
        long now = clock.instant().getEpochSecond();
        batch.forEach((id, entry) -> {
            if (!entry.equals(entries.get(id))) {
                entries.remove(id);
                entries.put(id, entry);
            }
        });
        long bytes = entries.values().stream().mapToLong(Entry::bytes).sum();
        Iterator<Map.Entry<String, Entry>> oldestFirst = entries.entrySet().iterator();
        while (oldestFirst.hasNext()) {
            Map.Entry<String, Entry> oldest = oldestFirst.next();
            boolean old = now - oldest.getValue().seconds() > MAX_AGE.toSeconds();
            if (!old && entries.size() <= MAX_MESSAGES && bytes <= MAX_BYTES) {
                break;
            }
            bytes -= oldest.getValue().bytes();
            oldestFirst.remove();
            changes.put(MESSAGE + oldest.getKey(), null);
        }
        changes.put(INDEX, encode(entries));
        return changes;
    }

    private Map<String, Entry> loadIndex() {
        return decodeEntries(records.load(List.of(INDEX)).get(INDEX));
    }

    private static Map<String, Entry> decodeEntries(byte @Nullable [] stored) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        if (stored != null) {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
                for (int left = in.readInt(); left > 0; left--) {
                    entries.put(in.readUTF(), new Entry(in.readLong(), in.readInt()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return entries;
    }

    private static byte[] encode(Map<String, Entry> entries) {
        return written(out -> {
            out.writeInt(entries.size());
            for (Map.Entry<String, Entry> entry : entries.entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeLong(entry.getValue().seconds());
                out.writeInt(entry.getValue().bytes());
            }
        });
    }

    private static byte[] encode(Sent sent, long seconds) {
        return written(out -> {
            out.writeLong(seconds);
            out.writeUTF(sent.to().toString());
            out.writeUTF(sent.content().stanzaType());
            String mediaType = sent.content().mediaType();
            out.writeUTF(mediaType == null ? "" : mediaType);
            out.write(sent.content().encoded());
        });
    }

    private Optional<Sent> decode(byte[] stored) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
            Instant at = Instant.ofEpochSecond(in.readLong());
            Optional<Address> to = Address.parse(in.readUTF());
            String stanzaType = in.readUTF();
            String mediaType = in.readUTF();
            MessageContent content =
                    new MessageContent(in.readAllBytes(), stanzaType, mediaType.isEmpty() ? null : mediaType);
            return at.plus(MAX_AGE).isBefore(clock.instant())
                    ? Optional.empty()
                    : to.map(address -> new Sent(address, content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
