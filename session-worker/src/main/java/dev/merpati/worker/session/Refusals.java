package dev.merpati.worker.session;

import dev.merpati.model.outcome.FailureCode;
import dev.merpati.worker.command.CommandTask;
import dev.merpati.worker.command.Ending;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.timing.StopSignal;
import java.util.concurrent.ThreadFactory;

/** Answers commands that there is no room for as {@code SESSION_BUSY}, and needs no session for it. Thread-safe. */
public final class Refusals {
    private static final ThreadFactory THREADS =
            Thread.ofVirtual().name("refusal-", 0).factory();
    private static final Ending BUSY =
            Ending.unsent(FailureCode.SESSION_BUSY, "too many commands of the session or of its tenant are waiting");

    private final SessionServices services;
    private final CommandRunner runner;

    /** @param stop ends what is not answered yet: it is left to the shard's next owner */
    public Refusals(ShardLease lease, SessionServices services, StopSignal stop) {
        this.services = services;
        this.runner = new CommandRunner(lease, services, stop);
    }

    /** Returns at once. */
    public void refuse(CommandTask task) {
        services.metrics().overflowed();
        THREADS.newThread(() -> runner.finish(task, BUSY)).start();
    }
}
