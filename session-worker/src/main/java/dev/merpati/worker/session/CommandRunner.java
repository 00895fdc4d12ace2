package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.command.CommandTask;
import dev.merpati.worker.command.Ending;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.timing.StopSignal;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs commands and stores how they ended: a command is finished only when that is stored. Thread-safe. */
final class CommandRunner {
    private static final Logger log = LoggerFactory.getLogger(CommandRunner.class);
    private static final String REQUEST_ID = "requestId";
    private static final String COMMAND_ID = "commandId";

    private final ShardLease lease;
    private final SessionServices services;
    private final FencedRetry retry;

    CommandRunner(ShardLease lease, SessionServices services, StopSignal stop) {
        this.lease = lease;
        this.services = services;
        this.retry = new FencedRetry(services.commandBackoff(), stop);
    }

    /**
     * Runs a command to its end.
     *
     * @param work returns how the command ended, or nothing to leave it to the shard's next owner
     */
    void run(CommandTask task, Function<CommandEnvelope, Optional<Ending>> work) {
        try (MDC.MDCCloseable _ = MDC.putCloseable(REQUEST_ID, task.envelope().requestId());
                MDC.MDCCloseable _ =
                        MDC.putCloseable(COMMAND_ID, task.envelope().commandId())) {
            ending(task, work).ifPresent(ending -> store(task, ending));
        }
    }

    /** Ends a command that is not run. */
    void finish(CommandTask task, Ending ending) {
        run(task, _ -> Optional.of(ending));
    }

    /** Stores the latest outcomes of a session once more, since Redis may have lost them; what it has kept stands. */
    void storeAgain(UUID sessionId) {
        for (RecentOutcomes.Recent each : services.recentOutcomes().of(sessionId)) {
            retry.untilDone(
                    "Storing an outcome again",
                    () -> services.commands().finish(lease, each.envelope(), Ending.of(each.outcome())));
        }
    }

    private static Optional<Ending> ending(CommandTask task, Function<CommandEnvelope, Optional<Ending>> work) {
        try {
            return work.apply(task.envelope());
        } catch (FencedException e) {
            log.debug("Left to the shard's next owner: {}", e.getMessage());
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            log.error("A command failed by a defect", e);
            return Optional.of(Ending.unsent(FailureCode.INTERNAL, "a defect of the worker, see its log"));
        }
    }

    private void store(CommandTask task, Ending ending) {
        CommandEnvelope envelope = task.envelope();
        Outcome stands =
                retry.untilDone("Storing an outcome", () -> services.commands().finish(lease, envelope, ending));
        if (stands == null) {
            return;
        }
        services.recentOutcomes().add(envelope, stands);
        if (envelope.command() instanceof Command.SendMedia media) {
            services.media().delete(media.media());
        }
        task.finished().run();
        Duration age = Duration.between(envelope.issuedAt(), services.clock().instant());
        String code = services.metrics().ended(stands, age);
        log.info(
                "Session {}: {} ended after {} ms: {}",
                envelope.sessionId(),
                envelope.command().getClass().getSimpleName(),
                age.toMillis(),
                code);
    }
}
