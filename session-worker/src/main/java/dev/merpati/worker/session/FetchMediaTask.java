package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.media.MediaFetcher;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.timing.StopSignal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Has a received file fetched; twice does no harm. */
final class FetchMediaTask {
    /** How soon a session that moves is let go by those that wait for its files. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private final MediaFetcher fetcher;
    private final CommandJournal journal;
    private final StopSignal stop;

    FetchMediaTask(MediaFetcher fetcher, CommandJournal journal, StopSignal stop) {
        this.fetcher = fetcher;
        this.journal = journal;
        this.stop = stop;
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
        CompletableFuture<Outcome> outcome = fetcher.fetch(envelope.sessionId(), fetch.mediaId());
        while (!stop.isStopped()) {
            try {
                return Optional.of(Completion.of(outcome.get(LOOK.toMillis(), TimeUnit.MILLISECONDS)));
            } catch (TimeoutException e) {
                // It goes on.
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
