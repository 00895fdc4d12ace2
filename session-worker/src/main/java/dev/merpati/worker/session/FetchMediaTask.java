package dev.merpati.worker.session;

import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.connection.ConnectionAccess;
import dev.merpati.worker.connection.ConnectionAccess.Readiness;
import dev.merpati.worker.connection.ConnectionAccess.SerializedConnection;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.media.MediaFetcher;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.ReuploadResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a received file fetched; twice does no harm. For one that WhatsApp does not keep any more the account's phone is asked,
 * which answers when it is online: what it uploads is fetched also when nobody waits any more.
 */
final class FetchMediaTask {
    private static final Logger log = LoggerFactory.getLogger(FetchMediaTask.class);
    /** How soon a session that moves is let go by those that wait for its files. */
    private static final Duration LOOK = Duration.ofMillis(200);
    /** How long a connection, and then the phone, is waited for: less than a gateway waits, which has 30 s by default. */
    private static final Duration PATIENCE_WITH_PHONE = Duration.ofSeconds(20);
    /** The same for a phone that has not answered before: so many files of one chat do not wait for it one batch after the other. */
    private static final Duration PATIENCE_WITH_SILENT_PHONE = Duration.ofSeconds(1);

    private final MediaFetcher fetcher;
    private final ConnectionAccess connection;
    private final ShardLease lease;
    private final CommandJournal journal;
    private final StopSignal stop;
    private final InstantSource clock;
    private volatile boolean phoneIsSilent;

    FetchMediaTask(
            MediaFetcher fetcher,
            ConnectionAccess connection,
            ShardLease lease,
            CommandJournal journal,
            StopSignal stop,
            InstantSource clock) {
        this.fetcher = fetcher;
        this.connection = connection;
        this.lease = lease;
        this.journal = journal;
        this.stop = stop;
        this.clock = clock;
    }

    /** Returns how it ended, or nothing when the session moves to another worker, which then fetches the file. */
    Optional<Completion> run(CommandEnvelope envelope, Command.FetchMedia fetch) {
        CommandState before = journal.claimUntilDone(envelope);
        if (before == null) {
            return Optional.empty();
        }
        if (before.isFinal()) {
            return Optional.of(Completion.of(new Outcome.MediaFetched())); // The outcome that is stored stands.
        }
        if (journal.isExpired(envelope)) {
            return Optional.of(
                    Completion.of(Outcome.Failed.of(FailureCode.EXPIRED, "its time was up before it was begun")));
        }
        UUID sessionId = envelope.sessionId();
        return await(fetcher.fetch(sessionId, fetch.mediaId()), Instant.MAX)
                .flatMap(outcome -> outcome instanceof Outcome.Failed(FailureCode code, var _, var _, var _)
                                && code == FailureCode.MEDIA_EXPIRED
                        ? fromPhone(sessionId, fetch.mediaId(), outcome)
                        : Optional.of(outcome))
                .map(Completion::of);
    }

    private Optional<Outcome> fromPhone(UUID sessionId, String mediaId, Outcome expired) {
        ReceivedReference file;
        try {
            file = fetcher.find(sessionId, mediaId);
        } catch (RuntimeException e) {
            return Optional.of(Outcome.Failed.of(FailureCode.MEDIA_UNREACHABLE, "Redis is away"));
        }
        if (file == null || !file.isKnownToPhone()) {
            return Optional.of(expired);
        }
        Instant until = clock.instant().plus(PATIENCE_WITH_PHONE);
        return switch (connection.awaitReady(until)) {
            case Readiness.Moving _ -> Optional.empty();
            case Readiness.Unavailable _, Readiness.TimedOut _ -> Optional.of(expired);
            case Readiness.Ready(SerializedConnection open) -> {
                Instant soon = clock.instant().plus(PATIENCE_WITH_SILENT_PHONE);
                yield ask(open, sessionId, mediaId, file, phoneIsSilent && soon.isBefore(until) ? soon : until);
            }
        };
    }

    private Optional<Outcome> ask(
            SerializedConnection open, UUID sessionId, String mediaId, ReceivedReference file, Instant until) {
        CompletableFuture<ReuploadResult> answer =
                open.call(current -> current.requestReupload(file)).whenComplete((_, _) -> phoneIsSilent = false);
        Optional<Outcome> outcome = await(
                answer.thenComposeAsync(
                        result -> fetchAgain(sessionId, mediaId, file, result), Thread::startVirtualThread),
                until);
        if (outcome.isPresent() && !answer.isDone()) {
            phoneIsSilent = true;
        }
        return outcome;
    }

    private CompletableFuture<Outcome> fetchAgain(
            UUID sessionId, String mediaId, ReceivedReference file, ReuploadResult result) {
        return switch (result) {
            case ReuploadResult.Uploaded(String directPath) -> {
                try {
                    yield fetcher.fetchFrom(lease, sessionId, mediaId, file.at(directPath));
                } catch (RuntimeException e) {
                    log.debug("Where a file is now cannot be remembered: {}", e.toString());
                    yield failed(FailureCode.MEDIA_UNREACHABLE, "Redis is away, or the session has moved");
                }
            }
            case ReuploadResult.Refused(String detail) -> failed(FailureCode.MEDIA_EXPIRED, detail);
            case ReuploadResult.Unanswered(String detail) -> failed(FailureCode.MEDIA_UNREACHABLE, detail);
        };
    }

    private static CompletableFuture<Outcome> failed(FailureCode code, String detail) {
        return CompletableFuture.completedFuture(Outcome.Failed.of(code, detail));
    }

    /** Returns what comes of it; nothing when the session moves. */
    private Optional<Outcome> await(CompletableFuture<Outcome> outcome, Instant until) {
        while (!stop.isStopped()) {
            try {
                return Optional.of(outcome.get(LOOK.toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                if (clock.instant().isAfter(until)) {
                    return Optional.of(new Outcome.MediaRequested());
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
