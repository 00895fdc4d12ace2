package dev.merpati.worker.session;

import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.worker.store.Completion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/** Answers commands that there is no room for with {@code SESSION_BUSY}. Thread-safe; never blocks. */
public final class BusyResponder {
    private static final ThreadFactory THREADS =
            Thread.ofVirtual().name("busy-", 0).factory();
    private static final Completion BUSY = Completion.unsent(
            FailureCode.SESSION_BUSY, "too many commands of the session or of its tenant are waiting");

    private final CommandJournal journal;
    private final Duration refusableFor;
    private final InstantSource clock;
    private final WorkMetrics metrics;

    BusyResponder(CommandJournal journal, Duration refusableFor, InstantSource clock, WorkMetrics metrics) {
        this.journal = journal;
        this.refusableFor = refusableFor;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Whether a command may be refused when there is no room for it: its sender still waits. */
    public boolean mayRefuse(CommandEnvelope envelope) {
        return Duration.between(envelope.issuedAt(), clock.instant()).compareTo(refusableFor) < 0;
    }

    public void refuse(CommandTask task) {
        metrics.overflowed();
        THREADS.newThread(() -> CommandLog.within(task.envelope(), () -> journal.complete(task, BUSY)))
                .start();
    }
}
