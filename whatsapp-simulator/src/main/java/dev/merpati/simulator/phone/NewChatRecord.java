package dev.merpati.simulator.phone;

import java.time.Instant;

/** How an account has begun chats with those who do not know it. Thread-safe. */
public final class NewChatRecord {
    private int refusals;
    private int begun;
    private Instant lockedUntil = Instant.EPOCH;

    /** The record as it is stored; times in ms since 1970. */
    public record Stored(int refusals, int begun, long lockedUntil) {}

    /** Counts a refusal and returns how many there were since the last lock. */
    public synchronized int refused() {
        return ++refusals;
    }

    /** Counts a new chat. */
    public synchronized void begun() {
        begun++;
    }

    /** Returns how many chats were begun. */
    public synchronized int chats() {
        return begun;
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
        return new Stored(refusals, begun, lockedUntil.toEpochMilli());
    }

    synchronized void restore(Stored stored) {
        refusals = stored.refusals();
        begun = stored.begun();
        lockedUntil = Instant.ofEpochMilli(stored.lockedUntil());
    }
}
