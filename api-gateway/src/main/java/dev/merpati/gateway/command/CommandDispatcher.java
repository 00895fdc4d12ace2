package dev.merpati.gateway.command;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.settings.InstallationSettings;
import dev.merpati.gateway.web.RequestContext;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.model.command.CommandCodec;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.kafka.CommandHeaders;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.shard.ShardMap;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Submits commands to workers: records them in Redis, then publishes each into the partition that is its session's shard.
 *
 * <p>Guarantees: an error of {@code service_unavailable} means that nothing was done and nothing will be; a command id that
 * is submitted twice is published once. Does not guarantee an outcome: see {@link PendingOutcomes}.
 */
@Component
public class CommandDispatcher implements DisposableBean {
    private static final Logger log = LoggerFactory.getLogger(CommandDispatcher.class);

    /** More than {@link #submit} takes with the default settings, and what its caller undoes after it failed. */
    public static final Duration LONGEST_SUBMIT = Duration.ofSeconds(20);

    private final CommandStore store;
    private final KafkaTemplate<String, byte[]> kafka;
    private final CommandTopic topic;
    private final ShardMap shardMap;
    private final CommandMetrics metrics;
    private final String gatewayId;
    private final Duration timeToLive;
    private final Clock clock;
    /**
     * {@code send()} blocks up to {@code max.block.ms} when the broker is away, so it runs on a virtual thread, of which
     * there are no more than there are requests.
     */
    private final Scheduler senders = Schedulers.fromExecutorService(Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("command-sender-", 0).factory()));

    CommandDispatcher(
            CommandStore store,
            KafkaTemplate<String, byte[]> kafka,
            InstallationSettings installation,
            ShardMap shardMap,
            CommandMetrics metrics,
            GatewaySettings settings,
            GatewaySettings.Commands commandSettings,
            Clock clock) {
        this.store = store;
        this.kafka = kafka;
        this.topic = installation.topic();
        this.shardMap = shardMap;
        this.metrics = metrics;
        this.gatewayId = settings.id();
        this.timeToLive = commandSettings.commandTimeToLive();
        this.clock = clock;
    }

    /** What has become of a submitted command. */
    public enum Submitted {
        /** Kafka has it, or a worker has begun it. */
        NEW,
        /** Its id had been submitted before, so that this command was not used. */
        REPEATED,
        /** Neither Kafka nor Redis answered: a worker may get it or not. */
        UNCONFIRMED
    }

    /** Records and publishes the command; an error when it is certain that no worker will begin it. */
    public Mono<Submitted> submit(Submission submission) {
        return Uncancellable.of(Mono.defer(() -> {
            Instant now = clock.instant();
            Instant notAfter = now.plus(timeToLive);
            return store.create(submission, now, notAfter).flatMap(creation -> switch (creation) {
                case EXISTED -> Mono.just(Submitted.REPEATED);
                case MADE -> publish(submission, now, notAfter);
                case MADE_WITH_EARLIER_FILE ->
                    store.find(submission.commandId())
                            .map(stored -> stored.restore(submission))
                            .defaultIfEmpty(submission)
                            .flatMap(restored -> publish(restored, now, notAfter));
            });
        }));
    }

    /**
     * Publishes a recorded command once more, since the gateway that recorded it may have died before it did. A worker
     * that gets a command twice answers the second from its record.
     */
    Mono<Submitted> publishAgain(Submission submission) {
        return Uncancellable.of(store.find(submission.commandId())
                .onErrorComplete() // Without Redis nothing is known.
                .flatMap(stored -> {
                    Instant notAfter = stored.notAfter();
                    return notAfter == null
                            ? Mono.empty()
                            : publish(stored.restore(submission), notAfter.minus(timeToLive), notAfter);
                }));
    }

    private Mono<Submitted> publish(Submission submission, Instant issuedAt, Instant notAfter) {
        CommandEnvelope envelope = new CommandEnvelope(
                submission.commandId(),
                submission.tenant().tenantId(),
                submission.sessionId(),
                gatewayId,
                submission.tenant().requestId(),
                issuedAt,
                notAfter,
                submission.command());
        return RequestContext.within(() -> Mono.fromFuture(kafka.send(recordOf(envelope))))
                .subscribeOn(senders)
                .doOnSuccess(done -> metrics.published(submission.command()))
                .map(done -> Submitted.NEW)
                .onErrorResume(failure -> takeBack(submission, failure));
    }

    private ProducerRecord<String, byte[]> recordOf(CommandEnvelope envelope) {
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(
                topic.name(),
                shardMap.shardOf(envelope.sessionId()),
                envelope.sessionId().toString(),
                CommandCodec.encode(envelope));
        message.headers()
                .add(CommandHeaders.REQUEST_ID, envelope.requestId().getBytes(StandardCharsets.UTF_8))
                .add(CommandHeaders.TENANT_ID, envelope.tenantId().getBytes(StandardCharsets.UTF_8));
        return message;
    }

    /**
     * Handles a publish that Kafka did not confirm: the command may be there or not. Ends in an error once it is certain
     * that no worker will begin it.
     */
    private Mono<Submitted> takeBack(Submission submission, Throwable failure) {
        metrics.notPublished(submission.command());
        return RequestContext.within(() -> {
            log.debug("Kafka did not confirm command {}: {}", submission.commandId(), failure.toString());
            return store.withdraw(submission.commandId())
                    .retryWhen(Retry.backoff(3, Duration.ofMillis(200)))
                    .map(withdrawn -> withdrawn ? Withdrawal.DONE : Withdrawal.TOO_LATE)
                    .onErrorReturn(Withdrawal.UNKNOWN)
                    .flatMap(withdrawal -> switch (withdrawal) {
                        case DONE -> Mono.error(notQueued().exception());
                        case TOO_LATE -> Mono.just(Submitted.NEW);
                        case UNKNOWN -> Mono.just(Submitted.UNCONFIRMED);
                    });
        });
    }

    private enum Withdrawal {
        DONE,
        TOO_LATE,
        UNKNOWN
    }

    /** Tells that a command was certainly not submitted. */
    public static ApiError notQueued() {
        return Errors.unavailable("The request could not be queued; nothing was sent. Try again");
    }

    @Override
    public void destroy() {
        senders.dispose();
    }
}
