package dev.merpati.model.outcome;

/**
 * The state of a command: {@code QUEUED → STARTED → SUCCEEDED | FAILED}. A gateway creates the record as {@code QUEUED}
 * before it publishes. Only the worker that owns the shard changes it from then on, with one exception: a gateway may fail a
 * {@code QUEUED} command as {@link FailureCode#WITHDRAWN}. {@code SUCCEEDED} and {@code FAILED} are final.
 */
public enum CommandState {
    QUEUED,
    STARTED,
    SUCCEEDED,
    FAILED;

    /** Reads a stored name; one that only a newer release knows is {@link #STARTED}: begun, and not known to have ended. */
    public static CommandState ofStored(String name) {
        for (CommandState each : values()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return STARTED;
    }

    public boolean isFinal() {
        return this == SUCCEEDED || this == FAILED;
    }
}
