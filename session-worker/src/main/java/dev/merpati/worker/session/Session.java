package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.worker.command.CommandTask;
import dev.merpati.worker.command.Ending;
import dev.merpati.worker.command.Mailbox;
import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.timing.StopSignal;
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
 * <p>Messages and checks of a session run in their order, one at a time. Starting, reconnecting and deleting it have a
 * mailbox of their own, since they must not wait behind a message that is stuck, and end what waits there.
 */
public final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    /** More than any tenant needs, and few enough to be no burden. */
    private static final int CONTROL_MAILBOX_SIZE = 16;

    private static final ThreadFactory THREADS =
            Thread.ofVirtual().name("session-", 0).factory();

    private final UUID id;
    private final ShardLease lease;
    private final SessionServices services;
    private final Runnable whenIdle;
    private final StopSignal stop = new StopSignal();
    private final SessionLink link;
    private final CommandRunner runner;
    private final Refusals refusals;
    private final Mailbox<CommandTask> work;
    private final Mailbox<CommandTask> control;
    private final FencedRetry retry;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile boolean loaded;
    private volatile boolean gone;
    private volatile boolean moving;

    /**
     * A session that has not been looked at yet.
     *
     * @param whenIdle runs when no command is left, on the thread that ran the last one
     */
    public Session(UUID id, ShardLease lease, SessionServices services, Runnable whenIdle) {
        this.id = id;
        this.lease = lease;
        this.services = services;
        this.whenIdle = whenIdle;
        this.retry = new FencedRetry(services.commandBackoff(), stop);
        this.link = new SessionLink(id, lease, services, stop, this::vanish);
        this.runner = new CommandRunner(lease, services, stop);
        this.refusals = new Refusals(lease, services, stop);
        this.work = new Mailbox<>(services.settings().worker().commands().mailboxSize(), THREADS, this::work, whenIdle);
        this.control = new Mailbox<>(CONTROL_MAILBOX_SIZE, THREADS, this::control, whenIdle);
    }

    /** Begins to connect; a session that was deleted meanwhile is finished. Returns at once. */
    public void start() {
        THREADS.newThread(() -> {
                    load(services.startJitter());
                    whenIdle.run();
                })
                .start();
    }

    /**
     * Stores how it stands, its credentials and how its latest messages ended once more, a little later, since Redis may
     * have lost its last writes.
     */
    public void storeAgain() {
        if (loaded) {
            services.timers().after(services.startJitter(), () -> {
                link.storeAgain();
                runner.storeAgain(id);
            });
        }
    }

    /** Takes a command, and sees to it that it is answered, unless the session moves before. */
    public void offer(CommandTask task) {
        Mailbox<CommandTask> mailbox = switch (task.envelope().command()) {
            case Command.Control _ -> control;
            case Command.Work _ -> work;
        };
        boolean taken = services.mayRefuse(task.envelope()) ? mailbox.offer(task) : mailbox.force(task);
        if (!taken && !moving) {
            refusals.refuse(task);
        }
    }

    /** Whether it can be forgotten: it is not there any more, or never was, and nothing waits for it. */
    public boolean isForgettable() {
        return !loaded && !loading.isLocked() && work.isIdle() && control.isIdle();
    }

    /** Ends in good order for the next owner, within the time. Commands that are not finished are left to it. */
    public void handOver(Duration timeout) {
        Duration half = timeout.dividedBy(2);
        Duration atMost = services.settings().worker().connections().closeTimeout();
        Duration closing = atMost.compareTo(half) < 0 ? atMost : half;
        moving = true;
        work.stop();
        control.stop();
        link.leave();
        work.awaitIdle(timeout.minus(closing));
        link.close(closing);
        stop.stop();
    }

    /** Ends at once and writes nothing more. */
    public void abort() {
        moving = true;
        work.stop();
        control.stop();
        stop.stop();
        link.abort();
    }

    private void work(CommandTask task) {
        runner.run(task, envelope -> {
            boolean there = load(Duration.ZERO);
            if (stop.isStopped()) {
                return Optional.empty();
            }
            return switch (envelope.command()) {
                case Command.Send send ->
                    there
                            ? new MessageSending(link, lease, services, envelope, send).run()
                            : Optional.of(missingFor(send));
                case Command.CheckNumbers check ->
                    there ? new NumberChecking(link, services).run(envelope, check) : Optional.of(missingFor(check));
                case Command.Control _ -> throw new IllegalStateException("a control command among the work");
            };
        });
    }

    private void control(CommandTask task) {
        runner.run(task, envelope -> {
            boolean there = load(Duration.ZERO);
            if (stop.isStopped()) {
                return Optional.empty();
            }
            return there ? controlLoaded(envelope) : Optional.of(missingFor(envelope.command()));
        });
    }

    private Optional<Ending> controlLoaded(CommandEnvelope envelope) {
        CommandState before =
                retry.untilDone("Claiming a command", () -> services.commands().claim(lease, envelope));
        if (before == null) {
            return Optional.empty();
        }
        if (before.isFinal()) {
            return Optional.of(Ending.of(new Outcome.SessionChanged())); // The outcome that is stored stands.
        }
        return switch (envelope.command()) {
            case Command.StartSession _ -> Optional.of(Ending.of(new Outcome.SessionChanged()));
            case Command.ReconnectSession _ -> reconnect(envelope);
            // However late: the tenant was told that the session is gone.
            case Command.DeleteSession _ ->
                delete() ? Optional.of(Ending.ofGone(new Outcome.SessionChanged())) : Optional.empty();
            case Command.Work _ -> throw new IllegalStateException("work among the control commands");
        };
    }

    private Optional<Ending> reconnect(CommandEnvelope envelope) {
        if (!services.clock().instant().isBefore(envelope.notAfter())) {
            return Optional.of(
                    Ending.of(Outcome.Failed.of(FailureCode.EXPIRED, "its time was up before it was begun")));
        }
        cancelWaiting(FailureCode.SESSION_NOT_CONNECTED, "the session is being reconnected");
        return link.pairAnew() ? Optional.of(Ending.of(new Outcome.SessionChanged())) : Optional.empty();
    }

    /** Returns false when the session moved before all of it was deleted. */
    private boolean delete() {
        cancelWaiting(FailureCode.SESSION_DELETED, "the session is being deleted");
        link.endForDeletion();
        // Its answer should be stored, and told, before the records of the session's commands go.
        work.awaitIdle(services.settings().worker().connections().unlinkTimeout());
        Boolean done = retry.untilDone("Deleting session " + id, () -> {
            services.sessions().delete(lease, id);
            return true;
        });
        if (done == null) {
            return false;
        }
        gone = true;
        loaded = false;
        log.info("Session {} is deleted", id);
        return true;
    }

    private void cancelWaiting(FailureCode code, String detail) {
        work.clear().forEach(task -> runner.finish(task, Ending.unsent(code, detail)));
    }

    private static Ending missingFor(Command command) {
        return Ending.ofGone(
                command instanceof Command.DeleteSession
                        ? new Outcome.SessionChanged()
                        : Outcome.Failed.of(FailureCode.SESSION_DELETED, "there is no such session"));
    }

    private void vanish() {
        log.warn("Session {} is no longer in Redis: its connection is closed", id);
        gone = true;
        loaded = false;
        link.vanish();
    }

    /** Makes sure that the session was started; returns whether it is there. */
    private boolean load(Duration delay) {
        if (loaded || gone) {
            return loaded;
        }
        loading.lock();
        try {
            if (!loaded && !gone) {
                retry.untilDone("Loading session " + id, () -> loadOnce(delay));
            }
            return loaded;
        } finally {
            loading.unlock();
        }
    }

    private Boolean loadOnce(Duration delay) {
        SessionRecord record = services.sessions().load(id);
        if (record == null) {
            return false;
        }
        link.start(record, services.credentials().exist(id), delay);
        if (record.deleted()) {
            delete();
        } else {
            loaded = true;
        }
        return true;
    }
}
