package dev.merpati.worker.cobalt.account;

import dev.merpati.worker.whatsapp.SessionRecords;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Until when WhatsApp lets the account begin no new chats ("reach-out time-lock"), because it was refused too often or has
 * begun too many. Read from the records once; thread-safe.
 */
public final class TimeLock {
    private static final String NAME = "time-lock";

    private final SessionRecords records;
    private final InstantSource clock;
    private boolean loaded;
    private Instant until = Instant.EPOCH;

    public TimeLock(SessionRecords records) {
        this(records, InstantSource.system());
    }

    TimeLock(SessionRecords records, InstantSource clock) {
        this.records = records;
        this.clock = clock;
    }

    /** Returns when the lock ends; empty when there is none. */
    public synchronized Optional<Instant> until() {
        load();
        return Optional.of(until).filter(end -> end.isAfter(clock.instant()));
    }

    /** Sets when the lock ends, an earlier end than before included. */
    public synchronized void until(Instant end) {
        load();
        if (!end.equals(until)) {
            records.save(Map.of(
                    NAME,
                    ByteBuffer.allocate(Long.BYTES)
                            .putLong(end.getEpochSecond())
                            .array()));
            until = Instant.ofEpochSecond(end.getEpochSecond());
        }
    }

    /** Ends the lock. */
    public synchronized void lift() {
        load();
        if (until.isAfter(clock.instant())) {
            until(Instant.EPOCH);
        }
    }

    private void load() {
        if (loaded) {
            return;
        }
        byte @Nullable [] stored = records.load(List.of(NAME)).get(NAME);
        if (stored != null && stored.length == Long.BYTES) {
            until = Instant.ofEpochSecond(ByteBuffer.wrap(stored).getLong());
        }
        loaded = true;
    }
}
