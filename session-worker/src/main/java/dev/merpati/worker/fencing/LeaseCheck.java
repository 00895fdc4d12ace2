package dev.merpati.worker.fencing;

/** Asks whether a lease still holds. */
public interface LeaseCheck {
    /**
     * Returns when the lease was confirmed just now.
     *
     * @throws FencedException when a newer owner has taken the shard
     */
    void confirm(ShardLease lease);
}
