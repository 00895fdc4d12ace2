package dev.merpati.worker.session;

import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.worker.connection.SessionConnection;
import dev.merpati.worker.event.SessionEvents;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.media.MediaFetcher;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.store.SessionStore;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of a shard that this worker owns. Thread-safe; never blocks the thread that offers a command.
 *
 * <p>Messages and checks of a session run in order, one at a time. Control commands have a mailbox of their own, since
 * they must not wait behind a message that is stuck, and end what waits there; so have received files, which may take
 * minutes and must not hold up a message.
 */
public final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    /** More than any tenant needs, and few enough to be no burden. */
    private static final int CONTROL_MAILBOX_SIZE = 16;
    /** As many as somebody looks at, who opens a chat with pictures. */
    private static final int FILES_AT_ONCE = 16;

    private static final ThreadFactory THREADS =
            Thread.ofVirtual().name("session-", 0).factory();

    private final UUID id;
    private final ShardLease lease;
    private final StopSignal stop;
    private final SessionConnection connection;
    private final SendMessageTask sending;
    private final NumberCheckTask checking;
    private final PairingTask pairing;
    private final FetchMediaTask fetching;
    private final MediaFetcher received;
    private final CommandJournal journal;
    private final BusyResponder busy;
    private final SessionStore sessions;
    private final SessionEvents events;
    private final FencedRetry retry;
    private final WorkerSettings settings;
    private final CommandTracing tracing;
    private final Runnable whenIdle;
    private final Mailbox<CommandTask> work;
    private final Mailbox<CommandTask> control;
    private final Mailbox<CommandTask> files;
    private final ReentrantLock loading = new ReentrantLock();
    private final ReentrantLock deleting = new ReentrantLock();
    private volatile boolean loaded;
    private volatile boolean moving;

    /**
     * A session that has not been loaded yet.
     *
     * @param stop ends what is still to be written: it is left to the shard's next owner
     * @param whenIdle runs when no command is left, on the thread that ran the last one
     */
    Session(
            UUID id,
            ShardLease lease,
            StopSignal stop,
            SessionConnection connection,
            SendMessageTask sending,
            NumberCheckTask checking,
            PairingTask pairing,
            FetchMediaTask fetching,
            MediaFetcher received,
            CommandJournal journal,
            BusyResponder busy,
            SessionStore sessions,
            SessionEvents events,
            FencedRetry retry,
            WorkerSettings settings,
            CommandTracing tracing,
            Runnable whenIdle) {
        this.id = id;
        this.lease = lease;
        this.stop = stop;
        this.connection = connection;
        this.sending = sending;
        this.checking = checking;
        this.pairing = pairing;
        this.fetching = fetching;
        this.received = received;
        this.journal = journal;
        this.busy = busy;
        this.sessions = sessions;
        this.events = events;
        this.retry = retry;
        this.settings = settings;
        this.tracing = tracing;
        this.whenIdle = whenIdle;
        this.work = new Mailbox<>(settings.commands().mailboxSize(), THREADS, this::run, whenIdle);
        this.control = new Mailbox<>(CONTROL_MAILBOX_SIZE, THREADS, this::run, whenIdle);
        this.files = new Mailbox<>(settings.commands().mailboxSize(), FILES_AT_ONCE, THREADS, this::run, whenIdle);
    }

    /** Begins to connect; completes the deletion of a session that is marked as deleted. Returns at once. */
    public void start() {
        THREADS.newThread(() -> {
                    try {
                        load(false);
                    } catch (RuntimeException e) {
                        log.error("Session {} cannot be loaded; its next command tries again: {}", id, e.toString());
                    }
                    whenIdle.run();
                })
                .start();
    }

    /**
     * Stores its status, its credentials and how its latest messages ended once more, a little later, since Redis may
     * have lost its last writes.
     */
    public void storeAgain() {
        if (isLoaded()) {
            connection.afterJitter(() -> {
                connection.storeAgain();
                journal.storeAgain(id);
            });
        }
    }

    /** Takes a command, and sees to it that it is answered, unless the session moves before. */
    public void offer(CommandTask task) {
        Mailbox<CommandTask> mailbox = switch (task.envelope().command()) {
            case Command.Control _ -> control;
            case Command.Work _ -> work;
            case Command.FetchMedia _ -> files;
        };
        boolean taken = mayRefuse(task.envelope()) ? mailbox.offer(task) : mailbox.force(task);
        if (!taken && !moving) {
            busy.refuse(task);
        }
    }

    /** Not a deletion: the tenant was told that the session is gone. */
    private boolean mayRefuse(CommandEnvelope envelope) {
        return !(envelope.command() instanceof Command.DeleteSession) && busy.mayRefuse(envelope);
    }

    /** Deletes it if its record says so: the command to delete it was refused, or never came. Returns at once. */
    public void deleteIfMarked() {
        THREADS.newThread(() -> {
                    try {
                        SessionRecord record = retry.untilDone("Reconciling session " + id, () -> sessions.load(id));
                        if (record != null && record.deleted() && load(true)) {
                            delete();
                        }
                    } catch (RuntimeException e) {
                        log.error("Session {} cannot be deleted now: {}", id, e.toString());
                    }
                    whenIdle.run();
                })
                .start();
    }

    /** Whether it can be forgotten: it does not exist any more, or never did, and nothing waits for it. */
    public boolean isForgettable() {
        return !isLoaded()
                && !loading.isLocked()
                && !deleting.isLocked()
                && work.isIdle()
                && control.isIdle()
                && files.isIdle();
    }

    /** Closes it cleanly for the next owner, within the time. Commands that are not finished are left to that one. */
    public void handOver(Duration timeout) {
        Duration half = timeout.dividedBy(2);
        Duration atMost = settings.connections().closeTimeout();
        Duration closing = atMost.compareTo(half) < 0 ? atMost : half;
        moving = true;
        work.stop();
        control.stop();
        files.stop();
        connection.leave();
        work.awaitIdle(timeout.minus(closing));
        connection.close(closing);
        stop.stop();
    }

    /** Ends at once and writes nothing more. */
    public void abort() {
        moving = true;
        work.stop();
        control.stop();
        files.stop();
        stop.stop();
        connection.abort();
    }

    /** Runs one command to its end, and stores how it ended. */
    private void run(CommandTask task) {
        CommandEnvelope envelope = task.envelope();
        CommandLog.within(
                envelope,
                () -> tracing.within(task, () -> execute(task).ifPresent(completion -> complete(task, completion))));
    }

    private void complete(CommandTask task, Completion completion) {
        journal.complete(task, connection.isBeingDeleted() ? completion.outlivingSession() : completion);
    }

    /** Returns how a command ended, or nothing to leave it to the shard's next owner. */
    private Optional<Completion> execute(CommandTask task) {
        CommandEnvelope envelope = task.envelope();
        try {
            boolean exists = load(true);
            if (stop.isStopped()) {
                return Optional.empty();
            }
            if (!exists) {
                return Optional.of(missing(envelope.command()));
            }
            return switch (envelope.command()) {
                case Command.Send send ->
                    sending.run(
                            envelope, send, delay -> work.postpone(task, resume -> connection.after(delay, resume)));
                case Command.CheckNumbers check -> checking.run(envelope, check);
                case Command.FetchMedia fetch -> fetching.run(envelope, fetch);
                case Command.Control change -> control(envelope, change);
            };
        } catch (FencedException e) {
            log.debug("Left to the shard's next owner: {}", e.getMessage());
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            log.error("Unhandled error", e);
            return Optional.of(Completion.unsent(FailureCode.INTERNAL, "an error of the worker, see its log"));
        }
    }

    private Optional<Completion> control(CommandEnvelope envelope, Command.Control change) {
        CommandState before = journal.claimUntilDone(envelope);
        if (before == null) {
            return Optional.empty();
        }
        if (before.isFinal()) {
            return Optional.of(Completion.of(new Outcome.SessionChanged())); // The outcome that is stored stands.
        }
        return switch (change) {
            case Command.StartSession _ -> Optional.of(Completion.of(new Outcome.SessionChanged()));
            case Command.ReconnectSession _ -> reconnect(envelope);
            case Command.RequestPairingCode request ->
                journal.isExpired(envelope) ? expired() : pairing.requestCode(envelope, request);
            case Command.AnswerPasskey answer ->
                journal.isExpired(envelope) ? expired() : pairing.answerPasskey(answer);
            // However late: the tenant was told that the session is gone.
            case Command.DeleteSession _ ->
                delete() ? Optional.of(Completion.of(new Outcome.SessionChanged())) : Optional.empty();
        };
    }

    private Optional<Completion> reconnect(CommandEnvelope envelope) {
        if (journal.isExpired(envelope)) {
            return expired();
        }
        cancelWaiting(FailureCode.SESSION_NOT_CONNECTED, "the session is being reconnected");
        return connection.pairAnew() ? Optional.of(Completion.of(new Outcome.SessionChanged())) : Optional.empty();
    }

    private static Optional<Completion> expired() {
        return Optional.of(
                Completion.of(Outcome.Failed.of(FailureCode.EXPIRED, "its time was up before it was begun")));
    }

    /** Returns false when the session moved before all of it was deleted. */
    private boolean delete() {
        deleting.lock();
        try {
            return deleteUnlessDone();
        } finally {
            deleting.unlock();
        }
    }

    private boolean deleteUnlessDone() {
        cancelWaiting(FailureCode.SESSION_DELETED, "the session is being deleted");
        cancelWaiting(files, FailureCode.SESSION_DELETED, "the session is being deleted");
        connection.endForDeletion();
        // The outcome of what was under way should be stored, and told, before the records of the commands go.
        work.awaitIdle(settings.connections().unlinkTimeout());
        // Before its record goes, since nobody would know any more that this is still to be told.
        if (!events.end()) {
            return false;
        }
        Boolean done = retry.untilDone("Deleting session " + id, () -> {
            received.forget(id);
            sessions.delete(lease, id);
            return true;
        });
        if (done == null) {
            return false;
        }
        log.info("Session {} is deleted", id);
        return true;
    }

    private void cancelWaiting(FailureCode code, String detail) {
        cancelWaiting(work, code, detail);
    }

    private void cancelWaiting(Mailbox<CommandTask> mailbox, FailureCode code, String detail) {
        mailbox.clear()
                .forEach(task ->
                        CommandLog.within(task.envelope(), () -> complete(task, Completion.unsent(code, detail))));
    }

    private static Completion missing(Command command) {
        Outcome.Failed failure = Outcome.Failed.of(FailureCode.SESSION_DELETED, "there is no such session");
        Completion completion = switch (command) {
            case Command.Send _ -> Completion.unsent(failure.code(), failure.detail());
            case Command.DeleteSession _ -> Completion.of(new Outcome.SessionChanged());
            case Command.StartSession _,
                    Command.ReconnectSession _,
                    Command.RequestPairingCode _,
                    Command.AnswerPasskey _,
                    Command.CheckNumbers _,
                    Command.FetchMedia _ -> Completion.of(failure);
        };
        return completion.outlivingSession();
    }

    private boolean isLoaded() {
        return loaded && !connection.isDeleted();
    }

    /**
     * Makes sure that the session was started; returns whether it exists.
     *
     * @param byCommand whether somebody waits for it: it connects at once, also when nobody has confirmed it yet
     */
    private boolean load(boolean byCommand) {
        if (loaded || connection.isDeleted()) {
            return isLoaded();
        }
        loading.lock();
        try {
            if (!loaded && !connection.isDeleted()) {
                retry.untilDone("Loading session " + id, () -> loadOnce(byCommand));
            }
            return isLoaded();
        } finally {
            loading.unlock();
        }
    }

    private Boolean loadOnce(boolean byCommand) {
        SessionRecord record = sessions.load(id);
        if (record == null) {
            return false;
        }
        if (record.unconfirmed()) {
            if (!byCommand) {
                return false; // Its command is on its way, or the session is deleted in a while.
            }
            sessions.confirm(lease, id);
        }
        connection.start(record, !byCommand);
        if (record.deleted()) {
            delete();
        } else {
            loaded = true;
        }
        return true;
    }
}
