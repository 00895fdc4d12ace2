package dev.merpati.worker.consumer;

import dev.merpati.model.command.CommandEnvelope;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of all commands in flight in this worker, over all partitions. Thread-safe. */
final class InFlightBytes {
    /** What a command needs besides its record: the envelope, queue entries, part of a virtual thread. */
    private static final int OVERHEAD = 2_048;

    private final long limit;
    private final FairAdmission admitted;
    private final AtomicLong used = new AtomicLong();

    InFlightBytes(long limit) {
        this.limit = limit;
        this.admitted = new FairAdmission(limit);
    }

    /** The bytes that a command counts for. */
    static int sizeOf(int recordBytes) {
        return recordBytes + OVERHEAD;
    }

    boolean admits(CommandEnvelope command) {
        return admitted.admits(command);
    }

    /** @param run false for a command that is refused, which takes nothing from its tenant's share */
    void add(CommandEnvelope command, int size, boolean run) {
        used.addAndGet(size);
        if (run) {
            admitted.add(command, size);
        }
    }

    /** Undoes {@link #add}, with the same arguments. */
    void remove(CommandEnvelope command, int size, boolean run) {
        used.addAndGet(-size);
        if (run) {
            admitted.remove(command, size);
        }
    }

    /** Whether nothing more should be consumed from any partition. */
    boolean isFull() {
        return used.get() >= limit;
    }
}
