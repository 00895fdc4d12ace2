package dev.merpati.worker.consumer;

import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.worker.command.CommandTask;
import dev.merpati.worker.shard.Shard;
import java.util.OptionalLong;

/**
 * A partition that is assigned to this worker: its shard, what of it is in flight, and whether more may be taken. All but
 * {@link #finish} and the gauges is for the poll thread.
 */
final class OwnedPartition {
    private final Shard shard;
    private final int maxInFlight;
    private final OffsetFrontier frontier = new OffsetFrontier();
    private long committed = -1;
    private boolean full;

    OwnedPartition(Shard shard, int maxInFlight) {
        this.shard = shard;
        this.maxInFlight = maxInFlight;
    }

    Shard shard() {
        return shard;
    }

    void begin(long offset, long now) {
        frontier.begin(offset, now);
    }

    void run(CommandEnvelope envelope, long offset) {
        shard.offer(new CommandTask(envelope, () -> finish(offset)));
    }

    /** From any thread. */
    void finish(long offset) {
        frontier.finish(offset);
    }

    /** Whether records should be taken: the shard is open, and above the limit not before half of it is done. */
    boolean wantsRecords() {
        int inFlight = frontier.inFlight();
        full = full ? inFlight >= maxInFlight / 2 : inFlight > maxInFlight;
        return shard.isOpen() && !full;
    }

    /** The offset to commit, when it is another one than was committed last. */
    OptionalLong toCommit() {
        OptionalLong next = frontier.committable();
        return next.isPresent() && next.getAsLong() > committed ? next : OptionalLong.empty();
    }

    /** The offset of the first record to be delivered again; empty before the first record. */
    OptionalLong committable() {
        return frontier.committable();
    }

    void committed(long offset) {
        committed = Math.max(committed, offset);
    }

    int inFlight() {
        return frontier.inFlight();
    }

    OptionalLong oldest() {
        return frontier.oldest();
    }
}
