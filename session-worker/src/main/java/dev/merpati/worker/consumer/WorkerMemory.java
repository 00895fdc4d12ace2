package dev.merpati.worker.consumer;

import dev.merpati.model.command.CommandEnvelope;
import java.util.concurrent.atomic.AtomicLong;

/** The memory that the commands of all partitions of this worker hold while they are in flight. Thread-safe. */
final class WorkerMemory {
    /** What a command takes besides its record: the envelope, its places in queues, a part of a virtual thread. */
    private static final int OVERHEAD = 2_048;

    private final long bytes;
    private final FairShare admitted;
    private final AtomicLong used = new AtomicLong();

    WorkerMemory(long bytes) {
        this.bytes = bytes;
        this.admitted = new FairShare(bytes);
    }

    /** The bytes that a command counts for. */
    static int sizeOf(int recordBytes) {
        return recordBytes + OVERHEAD;
    }

    boolean admits(CommandEnvelope command) {
        return admitted.admits(command);
    }

    /** @param run false for a command that is only answered, and so takes nothing from the share of its tenant */
    void add(CommandEnvelope command, int size, boolean run) {
        used.addAndGet(size);
        if (run) {
            admitted.add(command, size);
        }
    }

    /** With what it was added with. */
    void remove(CommandEnvelope command, int size, boolean run) {
        used.addAndGet(-size);
        if (run) {
            admitted.remove(command, size);
        }
    }

    /** Whether nothing more should be taken from any partition. */
    boolean isFull() {
        return used.get() >= bytes;
    }
}
