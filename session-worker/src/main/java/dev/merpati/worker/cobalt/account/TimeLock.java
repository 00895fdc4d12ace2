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
 * Until when WhatsApp lets the account begin no new chats, for one of the reasons that there are. Read from the records
 * once; thread-safe.
 */
public final class TimeLock {
    private final SessionRecords records;
    private final String name;
    private final InstantSource clock;
    private boolean loaded;
    private Instant until = Instant.EPOCH;

    private TimeLock(SessionRecords records, String name) {
        this.records = records;
        this.name = name;
        this.clock = InstantSource.system();
    }

    /** The account was refused too often ("reach-out time-lock"). */
    static TimeLock ofRefusals(SessionRecords records) {
        return new TimeLock(records, "time-lock");
    }

    /** The account has begun as many chats as it may for now ("message capping"). */
    static TimeLock ofCap(SessionRecords records) {
        return new TimeLock(records, "new-chat-cap");
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
                    name,
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
        byte @Nullable [] stored = records.load(List.of(name)).get(name);
        if (stored != null && stored.length == Long.BYTES) {
            until = Instant.ofEpochSecond(ByteBuffer.wrap(stored).getLong());
        }
        loaded = true;
    }
}
