package dev.merpati.worker.consumer;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.worker.command.CommandTask;
import dev.merpati.worker.shard.Shard;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A partition that is assigned to this worker: its shard, what of it is in flight, and whether more may be taken. All but
 * {@link #finish} and the gauges is for the poll thread.
 */
final class OwnedPartition {
    private final Shard shard;
    private final int maxInFlight;
    private final WorkerMemory memory;
    private final FairShare share;
    private final OffsetFrontier frontier = new OffsetFrontier();
    private final Map<Long, Held> held = new ConcurrentHashMap<>();
    private long committed = -1;

    private record Held(CommandEnvelope envelope, int size, boolean run) {}

    OwnedPartition(Shard shard, int maxInFlight, WorkerMemory memory) {
        this.shard = shard;
        this.maxInFlight = maxInFlight;
        this.memory = memory;
        this.share = new FairShare(maxInFlight);
    }

    Shard shard() {
        return shard;
    }

    void begin(long offset, long now) {
        frontier.begin(offset, now);
    }

    /**
     * Has the command run, or answered at once when its tenant or session has its share in flight already and its sender
     * still waits for the answer.
     */
    void run(CommandEnvelope envelope, long offset, int recordBytes) {
        boolean run = isExempt(envelope.command())
                || !shard.mayRefuse(envelope)
                || (share.admits(envelope) && memory.admits(envelope));
        Held holding = new Held(envelope, WorkerMemory.sizeOf(recordBytes), run);
        held.put(offset, holding);
        memory.add(envelope, holding.size(), run);
        CommandTask task = new CommandTask(envelope, () -> finish(offset));
        if (run) {
            share.add(envelope, 1);
            shard.offer(task);
        } else {
            shard.refuse(task);
        }
    }

    /** From any thread. */
    void finish(long offset) {
        release(offset);
        frontier.finish(offset);
    }

    /** What is in flight here no longer counts: the partition went to another owner. */
    void close() {
        held.keySet().forEach(this::release);
    }

    private void release(long offset) {
        Held holding = held.remove(offset);
        if (holding != null) {
            memory.remove(holding.envelope(), holding.size(), holding.run());
            if (holding.run()) {
                share.remove(holding.envelope(), 1);
            }
        }
    }

    /** A tenant gives one for each session that it may have, and its session would be left half made, or half gone. */
    private static boolean isExempt(Command command) {
        return switch (command) {
            case Command.StartSession _, Command.DeleteSession _ -> true;
            case Command.ReconnectSession _, Command.Send _, Command.CheckNumbers _ -> false;
        };
    }

    /** Whether records should be taken: the shard is open, and there is room for them. */
    boolean wantsRecords() {
        return shard.isOpen() && frontier.inFlight() < maxInFlight && !memory.isFull();
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
