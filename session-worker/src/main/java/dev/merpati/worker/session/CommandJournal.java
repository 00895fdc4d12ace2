package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.media.MediaLoader;
import dev.merpati.worker.store.CommandStore;
import dev.merpati.worker.store.Completion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims commands under one lease and stores their outcomes; only then a command is finished. Calls block. Thread-safe. */
final class CommandJournal {
    private static final Logger log = LoggerFactory.getLogger(CommandJournal.class);

    private final ShardLease lease;
    private final CommandStore commands;
    private final RecentOutcomes recent;
    private final MediaLoader media;
    private final WorkMetrics metrics;
    private final InstantSource clock;
    private final FencedRetry retry;
    private final Teller teller;

    /** Tells tenants how commands ended. */
    interface Teller {
        /**
         * Publishes it, if it is news to a tenant; returns soon.
         *
         * @param published runs once when that is done, or there is nothing to do; never when the session moves before
         */
        void tell(CommandEnvelope envelope, Outcome outcome, Runnable published);
    }

    CommandJournal(
            ShardLease lease,
            CommandStore commands,
            RecentOutcomes recent,
            MediaLoader media,
            WorkMetrics metrics,
            InstantSource clock,
            FencedRetry retry,
            Teller teller) {
        this.lease = lease;
        this.commands = commands;
        this.recent = recent;
        this.media = media;
        this.metrics = metrics;
        this.clock = clock;
        this.retry = retry;
        this.teller = teller;
    }

    /** Marks a command as begun, at the first try or not at all; throws what {@link CommandStore} throws. */
    CommandState claim(CommandEnvelope envelope) {
        return commands.claim(lease, envelope);
    }

    /** As {@link #claim}, until it is done; null when the session moves before that. */
    @Nullable
    CommandState claimUntilDone(CommandEnvelope envelope) {
        return retry.untilDone("Claiming a command", () -> claim(envelope));
    }

    boolean isExpired(CommandEnvelope envelope) {
        return !clock.instant().isBefore(envelope.notAfter());
    }

    /**
     * Stores how a command ended, tells it, and then finishes the command; leaves it to the next owner when the session moves
     * before that. Returns when it is stored.
     */
    void complete(CommandTask task, Completion completion) {
        CommandEnvelope envelope = task.envelope();
        Outcome outcome;
        try {
            outcome = retry.untilDone("Storing an outcome", () -> commands.finish(lease, envelope, completion));
        } catch (RuntimeException e) {
            // Else this command would keep the commit of its partition for ever, and be run after each restart.
            log.error("The outcome of command {} cannot be stored and is lost: {}", envelope.commandId(), e.toString());
            metrics.notStored(envelope.command(), age(envelope));
            task.finished().run();
            return;
        }
        if (outcome == null) {
            return;
        }
        recent.add(envelope, outcome);
        if (envelope.command() instanceof Command.SendMedia send && !isWithdrawn(outcome)) {
            media.delete(send.media());
        }
        teller.tell(envelope, outcome, task.finished());
        Duration age = age(envelope);
        log.info(
                "Session {}: {} ended after {} ms: {}",
                envelope.sessionId(),
                envelope.command().wireName(),
                age.toMillis(),
                metrics.ended(envelope.command(), outcome, age));
    }

    private Duration age(CommandEnvelope envelope) {
        return Duration.between(envelope.issuedAt(), clock.instant());
    }

    /** Whether its gateway took it back. The request may be repeated under its idempotency key, and then sends this file. */
    private static boolean isWithdrawn(Outcome outcome) {
        return outcome instanceof Outcome.Failed failed && failed.code() == FailureCode.WITHDRAWN;
    }

    /** Stores the latest outcomes of a session once more, since Redis may have lost them; what it has kept stands. */
    void storeAgain(UUID sessionId) {
        for (RecentOutcomes.Recent each : recent.of(sessionId)) {
            try {
                retry.untilDone(
                        "Storing an outcome again",
                        () -> commands.finish(lease, each.envelope(), Completion.of(each.outcome())));
            } catch (RuntimeException e) {
                log.error("An outcome cannot be stored again: {}", e.toString());
            }
        }
    }
}
