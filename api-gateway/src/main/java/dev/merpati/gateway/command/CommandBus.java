package dev.merpati.gateway.command;

import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.web.RequestContext;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeNotice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Timed;
import reactor.util.retry.Retry;

/**
 * Gives commands to workers and waits for what becomes of them.
 *
 * <p>Guarantees: an error of {@code service_unavailable} means that nothing was and nothing will be done; a command id
 * that is given twice is published once. Does not guarantee an outcome: a worker may take longer than anybody waits.
 */
@Component
public class CommandBus {
    private static final Logger log = LoggerFactory.getLogger(CommandBus.class);

    private final CommandStore store;
    private final CommandPublisher publisher;
    private final Waiters waiters;
    private final CommandMetrics metrics;
    private final GatewaySettings settings;
    private final Clock clock;

    CommandBus(
            CommandStore store,
            CommandPublisher publisher,
            Waiters waiters,
            CommandMetrics metrics,
            GatewaySettings settings,
            Clock clock) {
        this.store = store;
        this.publisher = publisher;
        this.waiters = waiters;
        this.metrics = metrics;
        this.settings = settings;
        this.clock = clock;
    }

    /** Completes when the worker will get the command. */
    public Mono<Void> give(CommandRequest request) {
        return Uncancellable.of(createAndPublish(request)).then();
    }

    /**
     * Gives the command and waits for its outcome. When the id was given before, only waits.
     *
     * @param timeout from then on the answer is what is known by then
     */
    public Mono<Reply> giveAndAwait(CommandRequest request, Duration timeout) {
        return Mono.using(
                () -> waiters.register(request.commandId()),
                waiter -> Uncancellable.of(createAndPublish(request))
                        .flatMap(isNew ->
                                await(request, waiter, isNew, timeout).map(answer -> new Reply(isNew, answer))));
    }

    /** A command as it stands now. One that nobody will ever begin is failed on the way. Empty when there is none. */
    public Mono<StoredCommand> find(String commandId) {
        return store.find(commandId)
                .flatMap(command -> command.isStranded(clock.instant())
                        ? store.withdraw(commandId).then(store.find(commandId))
                        : Mono.just(command));
    }

    private Mono<Boolean> createAndPublish(CommandRequest request) {
        Instant now = clock.instant();
        Instant notAfter = now.plus(settings.commandTimeToLive());
        return store.create(request, now, notAfter).flatMap(isNew -> {
            if (!isNew) {
                return Mono.just(false);
            }
            return publish(request, now, notAfter).thenReturn(true);
        });
    }

    private Mono<Void> publish(CommandRequest request, Instant issuedAt, Instant notAfter) {
        CommandEnvelope envelope = new CommandEnvelope(
                request.commandId(),
                request.tenant().tenantId(),
                request.sessionId(),
                settings.id(),
                request.tenant().requestId(),
                issuedAt,
                notAfter,
                request.command());
        return publisher
                .publish(envelope)
                .doOnSuccess(done -> metrics.published(request.command()))
                .onErrorResume(failure -> takeBack(request, failure));
    }

    /**
     * Kafka did not confirm, so the command may be there or not. An error once it is certain that no worker will begin
     * it; completes when a worker has begun it, or when Redis is away too and nothing is certain: then the request goes
     * on waiting as it would for any slow worker.
     */
    private Mono<Void> takeBack(CommandRequest request, Throwable failure) {
        metrics.notPublished(request.command());
        return RequestContext.within(() -> {
            log.debug("Kafka did not confirm command {}: {}", request.commandId(), failure.toString());
            return withdraw(request);
        });
    }

    private Mono<Void> withdraw(CommandRequest request) {
        return store.withdraw(request.commandId())
                .retryWhen(Retry.backoff(3, Duration.ofMillis(200)))
                .onErrorReturn(false)
                .flatMap(withdrawn -> withdrawn
                        ? Mono.error(Errors.unavailable("The request could not be queued; nothing was sent. Try again")
                                .exception())
                        : Mono.empty());
    }

    private Mono<Answer> await(CommandRequest request, Waiters.Waiter waiter, boolean isNew, Duration timeout) {
        Duration firstLook = isNew ? settings.replyPollInterval() : Duration.ZERO;
        Flux<Long> looks =
                Flux.interval(firstLook, settings.replyPollInterval()).onBackpressureDrop();
        Mono<Answer> told = waiter.ended().flatMap(notice -> answerOf(request, notice));
        Flux<Answer> seen = looks.concatMap(look -> answerNow(request).onErrorResume(this::lookAgain), 1);
        return Flux.merge(told, seen)
                .filter(answer -> !(answer instanceof Answer.Pending))
                .next()
                .timeout(timeout, Mono.defer(() -> isNew ? lastLook(request) : lastLookAgain(request)))
                .timed()
                .doOnNext(timed -> metrics.answered(request.command(), timed.get(), timed.elapsed()))
                .map(Timed::get);
    }

    private Mono<Answer> answerOf(CommandRequest request, OutcomeNotice notice) {
        Outcome outcome = notice.outcome();
        return outcome == null
                ? answerNow(request).onErrorResume(this::lookAgain)
                : Mono.just(new Answer.Ended(outcome));
    }

    private Mono<Answer> lookAgain(Throwable failure) {
        return RequestContext.within(() -> {
            log.debug("An outcome cannot be read now: {}", failure.toString());
            return Mono.empty();
        });
    }

    /** Without Redis nothing is known but that the command was given. */
    private Mono<Answer> lastLook(CommandRequest request) {
        return answerNow(request).onErrorReturn(new Answer.Pending(CommandState.QUEUED));
    }

    /**
     * Whoever made the record of a command that is still queued may have died before it published it; that it is on its
     * way may be answered only when it is. A worker that gets a command twice answers the second from its record.
     */
    private Mono<Answer> lastLookAgain(CommandRequest request) {
        return lastLook(request)
                .flatMap(answer -> answer instanceof Answer.Pending(CommandState state) && state == CommandState.QUEUED
                        ? Uncancellable.of(publishAgain(request)).thenReturn(answer)
                        : Mono.just(answer));
    }

    private Mono<Void> publishAgain(CommandRequest request) {
        return store.find(request.commandId())
                .onErrorComplete() // Without Redis nothing is known, as in the last look.
                .mapNotNull(StoredCommand::notAfter)
                .flatMap(notAfter -> publish(request, notAfter.minus(settings.commandTimeToLive()), notAfter));
    }

    /** A record can be missing because its session was deleted, or because Redis lost its last writes. */
    private Mono<Answer> answerNow(CommandRequest request) {
        return find(request.commandId())
                .map(CommandBus::answerOf)
                .switchIfEmpty(Mono.defer(() -> store.hasSession(request.sessionId())
                        .map(exists -> exists ? new Answer.Pending(CommandState.QUEUED) : new Answer.Gone())));
    }

    private static Answer answerOf(StoredCommand command) {
        Outcome outcome = command.record().outcome();
        return outcome == null ? new Answer.Pending(command.record().state()) : new Answer.Ended(outcome);
    }
}
