package dev.merpati.worker.consumer;

/** How far a worker is with leaving its group for good. */
public enum Drain {
    /** Nobody asked for it. */
    NONE,
    /** It takes no command any more and is handing its shards over, or has not been let go by Kafka yet. */
    DRAINING,
    /** It owns nothing, and Kafka keeps nothing for it. */
    DRAINED
}
