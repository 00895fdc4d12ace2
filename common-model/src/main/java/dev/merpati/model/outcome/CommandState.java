package dev.merpati.model.outcome;

/**
 * Where a command is: {@code QUEUED → STARTED → SUCCEEDED | FAILED}. A gateway makes the record {@code QUEUED} before
 * it publishes; only the worker that owns the shard moves it on, but for the one exception that a gateway may fail a
 * {@code QUEUED} command as {@link FailureCode#WITHDRAWN}. {@code SUCCEEDED} and {@code FAILED} are final.
 */
public enum CommandState {
    QUEUED,
    STARTED,
    SUCCEEDED,
    FAILED;

    public boolean isFinal() {
        return this == SUCCEEDED || this == FAILED;
    }
}
