package dev.merpati.worker.whatsapp;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;

/** The sessions whose stanzas an operator wants to see in the log for a while. Thread-safe. */
public final class StanzaLogs {
    private final InstantSource clock;
    private volatile Map<UUID, Instant> ends = Map.of();

    public StanzaLogs(InstantSource clock) {
        this.clock = clock;
    }

    /** Replaces what was wanted before. */
    public void wanted(Map<UUID, Instant> sessionsUntil) {
        ends = Map.copyOf(sessionsUntil);
    }

    /** Asked for every stanza. */
    public boolean isOn(UUID sessionId) {
        Map<UUID, Instant> wanted = ends;
        if (wanted.isEmpty()) {
            return false;
        }
        Instant end = wanted.get(sessionId);
        return end != null && clock.instant().isBefore(end);
    }
}
