package dev.merpati.gateway.command;

import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.web.RequestContext;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeNotice;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Waits for the outcomes of commands on behalf of the requests of this gateway. Thread-safe.
 *
 * <p>A notice on the reply channel brings an outcome at once; because notices can be lost, every waiting request also
 * looks at its command's record from time to time.
 */
@Component
public class PendingOutcomes {
    private static final Logger log = LoggerFactory.getLogger(PendingOutcomes.class);

    private final CommandDispatcher dispatcher;
    private final CommandStore store;
    private final CommandMetrics metrics;
    private final Duration pollInterval;
    private final Clock clock;
    /** As many as there are waiting requests: each takes itself out when it ends, however it ends. */
    private final ConcurrentMap<String, Set<Waiter>> waiting = new ConcurrentHashMap<>();

    PendingOutcomes(
            CommandDispatcher dispatcher,
            CommandStore store,
            CommandMetrics metrics,
            MeterRegistry registry,
            GatewaySettings.Commands settings,
            Clock clock) {
        this.dispatcher = dispatcher;
        this.store = store;
        this.metrics = metrics;
        this.pollInterval = settings.replyPollInterval();
        this.clock = clock;
        Gauge.builder("merpati.gateway.outcomes.awaited", waiting, ConcurrentMap::size)
                .description("Commands whose outcome a request of this gateway waits for")
                .register(registry);
    }

    /**
     * Submits a command and waits for its outcome. When the id was submitted before, only waits.
     *
     * @param timeout after which the result is what is known by then
     */
    public Mono<SubmitResult> submitAndAwait(Submission submission, Duration timeout) {
        return Mono.using(
                () -> new Waiter(submission.commandId()),
                waiter -> dispatcher
                        .submit(submission)
                        .map(submitted -> submitted != CommandDispatcher.Submitted.REPEATED)
                        .flatMap(isNew -> await(submission, waiter, isNew, timeout)
                                .map(progress -> new SubmitResult(isNew, progress))));
    }

    /** Finds a command as it stands now, and fails one that nobody will ever begin. Empty when there is none. */
    public Mono<StoredCommand> find(String commandId) {
        return store.find(commandId)
                .flatMap(command -> command.isStranded(clock.instant())
                        ? store.withdraw(commandId).then(store.find(commandId))
                        : Mono.just(command));
    }

    /** Wakes the requests that wait for a command; does nothing when there are none. */
    void wake(OutcomeNotice notice) {
        waiting.getOrDefault(notice.commandId(), Set.of()).forEach(waiter -> waiter.notice.tryEmitValue(notice));
    }

    private Mono<SubmitResult.Progress> await(Submission submission, Waiter waiter, boolean isNew, Duration timeout) {
        Flux<Long> looks = Flux.interval(isNew ? pollInterval : Duration.ZERO, pollInterval)
                .onBackpressureDrop();
        Mono<SubmitResult.Progress> told = waiter.notice.asMono().flatMap(notice -> told(submission, notice));
        Flux<SubmitResult.Progress> seen =
                looks.concatMap(look -> look(submission).onErrorResume(this::lookAgain), 1);
        return Flux.merge(told, seen)
                .filter(progress -> !(progress instanceof SubmitResult.Pending))
                .next()
                .timeout(timeout, Mono.defer(() -> isNew ? lastLook(submission) : lastLookAgain(submission)))
                .timed()
                .doOnNext(timed -> metrics.answered(submission.command(), timed.get(), timed.elapsed()))
                .map(timed -> timed.get());
    }

    private Mono<SubmitResult.Progress> told(Submission submission, OutcomeNotice notice) {
        Outcome outcome = notice.outcome();
        return outcome == null
                ? look(submission).onErrorResume(this::lookAgain)
                : Mono.just(new SubmitResult.Ended(outcome));
    }

    /** A record can be missing because its session was deleted, or because Redis lost its last writes. */
    private Mono<SubmitResult.Progress> look(Submission submission) {
        return find(submission.commandId())
                .map(PendingOutcomes::progressOf)
                .switchIfEmpty(Mono.defer(() -> store.hasSession(submission.sessionId())
                        .map(exists -> exists
                                ? new SubmitResult.Pending(CommandState.QUEUED)
                                : new SubmitResult.SessionDeleted())));
    }

    private static SubmitResult.Progress progressOf(StoredCommand command) {
        Outcome outcome = command.record().outcome();
        return outcome == null ? new SubmitResult.Pending(command.record().state()) : new SubmitResult.Ended(outcome);
    }

    private Mono<SubmitResult.Progress> lookAgain(Throwable failure) {
        return RequestContext.within(() -> {
            log.debug("An outcome cannot be read now: {}", failure.toString());
            return Mono.empty();
        });
    }

    /** Without Redis nothing is known but that the command was submitted. */
    private Mono<SubmitResult.Progress> lastLook(Submission submission) {
        return look(submission).onErrorReturn(new SubmitResult.Pending(CommandState.QUEUED));
    }

    /** Publishes a command that is still queued again: the gateway that recorded it may have died before it did. */
    private Mono<SubmitResult.Progress> lastLookAgain(Submission submission) {
        return lastLook(submission)
                .flatMap(progress -> progress.equals(new SubmitResult.Pending(CommandState.QUEUED))
                        ? dispatcher.publishAgain(submission).thenReturn(progress)
                        : Mono.just(progress));
    }

    /** One waiting request. */
    private final class Waiter implements AutoCloseable {
        private final String commandId;
        /** What a worker says when the command has ended; may never come, since pub/sub may lose it. */
        private final Sinks.One<OutcomeNotice> notice = Sinks.one();

        private Waiter(String commandId) {
            this.commandId = commandId;
            waiting.compute(commandId, (id, others) -> {
                Set<Waiter> all = others == null ? ConcurrentHashMap.newKeySet(1) : others;
                all.add(this);
                return all;
            });
        }

        @Override
        public void close() {
            waiting.computeIfPresent(commandId, (id, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }
}
