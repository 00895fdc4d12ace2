package dev.merpati.worker.consumer;

import dev.merpati.clients.kafka.OffsetTracker;
import dev.merpati.clients.kafka.PartitionState;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.worker.session.CommandTask;
import dev.merpati.worker.shard.Shard;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A partition that is assigned to this worker: its shard, its commands in flight, and whether it can take more. Everything
 * but {@link #finish} and the gauges is for the poll thread.
 */
final class OwnedPartition implements PartitionState {
    private final Shard shard;
    private final int maxInFlight;
    private final InFlightBytes inFlightBytes;
    private final FairAdmission share;
    private final OffsetTracker offsets = new OffsetTracker();
    private final Map<Long, Held> held = new ConcurrentHashMap<>();

    private record Held(CommandEnvelope envelope, int size, boolean run) {}

    OwnedPartition(Shard shard, int maxInFlight, InFlightBytes inFlightBytes) {
        this.shard = shard;
        this.maxInFlight = maxInFlight;
        this.inFlightBytes = inFlightBytes;
        this.share = new FairAdmission(maxInFlight);
    }

    Shard shard() {
        return shard;
    }

    void begin(long offset, long now) {
        offsets.begin(offset, now);
    }

    /**
     * Runs the command, or refuses it at once when its tenant or session already has its share in flight and its sender
     * still waits for the outcome.
     *
     * @param traceParent see {@link CommandTask}
     */
    void run(CommandEnvelope envelope, @Nullable String traceParent, long offset, int recordBytes) {
        boolean run = isExempt(envelope.command())
                || !shard.mayRefuse(envelope)
                || (share.admits(envelope) && inFlightBytes.admits(envelope));
        Held holding = new Held(envelope, InFlightBytes.sizeOf(recordBytes), run);
        held.put(offset, holding);
        inFlightBytes.add(envelope, holding.size(), run);
        CommandTask task = new CommandTask(envelope, traceParent, () -> finish(offset));
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
        offsets.finish(offset);
    }

    /** Stops counting what is in flight here: the partition went to another owner. */
    void close() {
        held.keySet().forEach(this::release);
    }

    private void release(long offset) {
        Held holding = held.remove(offset);
        if (holding != null) {
            inFlightBytes.remove(holding.envelope(), holding.size(), holding.run());
            if (holding.run()) {
                share.remove(holding.envelope(), 1);
            }
        }
    }

    /** Tenants can issue few of these, and a refused one would leave a session half created or half deleted. */
    private static boolean isExempt(Command command) {
        return switch (command) {
            case Command.StartSession _, Command.DeleteSession _ -> true;
            case Command.ReconnectSession _,
                    Command.RequestPairingCode _,
                    Command.AnswerPasskey _,
                    Command.Send _,
                    Command.CheckNumbers _,
                    Command.FetchMedia _ -> false;
        };
    }

    /** Whether the shard is open, and there is room. */
    @Override
    public boolean wantsRecords() {
        return shard.isOpen() && offsets.inFlight() < maxInFlight && !inFlightBytes.isFull();
    }

    /** The offset of the first record to be delivered again; empty before the first record. */
    @Override
    public OptionalLong committable() {
        return offsets.committable();
    }

    int inFlight() {
        return offsets.inFlight();
    }

    /** When the oldest command in flight was consumed, as {@link System#nanoTime}. */
    @Override
    public OptionalLong oldest() {
        return offsets.oldest();
    }
}
