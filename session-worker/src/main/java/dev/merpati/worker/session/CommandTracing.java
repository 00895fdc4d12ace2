package dev.merpati.worker.session;

/** Runs commands as part of the traces of their requests. */
public interface CommandTracing {
    /** Traces nothing. */
    CommandTracing NONE = (task, action) -> action.run();

    /** Runs the action on this thread; what it calls belongs to the trace that the task's record names. */
    void within(CommandTask task, Runnable action);
}
