package dev.merpati.simulator.phone;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How an account has begun chats with those who do not know it. Thread-safe. */
public final class NewChatRecord {
    private int refusals;
    private int begun;
    private Instant lockedUntil = Instant.EPOCH;
    /** When the chats that were begun do not count any more; null when nobody knows. */
    private @Nullable Instant cycleEnd;

    /**
     * The record as it is stored; times in ms since 1970.
     *
     * @param cycleEnd null when there is none, and in directories of earlier versions
     */
    public record Stored(
            int refusals,
            int begun,
            long lockedUntil,
            @Nullable Long cycleEnd) {}

    /** Counts a refusal and returns how many there were since the last lock. */
    public synchronized int refused() {
        return ++refusals;
    }

    /** Counts a new chat. */
    public synchronized void begun() {
        begun++;
    }

    /** Returns how many chats were begun in this cycle. */
    public synchronized int chats(Instant now) {
        if (cycleEnd != null && !cycleEnd.isAfter(now)) {
            begun = 0;
            cycleEnd = null;
        }
        return begun;
    }

    /** The chats that were begun count until then. */
    public synchronized void cycleUntil(Instant end) {
        cycleEnd = end;
    }

    /** When the chats that were begun do not count any more; null when nobody knows. */
    public synchronized @Nullable Instant cycleEnd() {
        return cycleEnd;
    }

    /** Until when the account may begin no chats; forgets the refusals. */
    public synchronized void lock(Instant until) {
        refusals = 0;
        lockedUntil = until;
    }

    public synchronized Instant lockedUntil() {
        return lockedUntil;
    }

    synchronized Stored stored() {
        return new Stored(
                refusals, begun, lockedUntil.toEpochMilli(), cycleEnd == null ? null : cycleEnd.toEpochMilli());
    }

    synchronized void restore(Stored stored) {
        refusals = stored.refusals();
        begun = stored.begun();
        lockedUntil = Instant.ofEpochMilli(stored.lockedUntil());
        Long end = stored.cycleEnd();
        cycleEnd = end == null ? null : Instant.ofEpochMilli(end);
    }
}
