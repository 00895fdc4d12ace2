package dev.merpati.worker.store;

import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.fencing.ShardLease;

/**
 * The records of commands. Calls block. They throw what Redis throws when it cannot be reached, and {@link
 * dev.merpati.worker.fencing.FencedException} when the shard has a newer owner.
 */
public interface CommandStore {

    /**
     * Marks a command as begun unless it has ended.
     *
     * @return the state before; {@code QUEUED} also for a record that Redis has lost
     */
    CommandState claim(ShardLease lease, CommandEnvelope envelope);

    /**
     * Stores how a command ended, unless it had ended before, and tells the gateway that waits for it.
     *
     * @return the outcome that stands
     */
    Outcome finish(ShardLease lease, CommandEnvelope envelope, Completion completion);

    /** Notes what the recipient's phone told of a message; does nothing for a message that is not known. */
    void receipt(ShardLease lease, String messageId, Receipt receipt);
}
