package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.clients.kafka.OffsetTracker;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.connection.ConnectionAccess;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.LeaseCheck;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.store.CommandStore;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.store.RecordModel;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.PairingCodeResult;
import dev.merpati.worker.whatsapp.PasskeyResult;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.ReuploadResult;
import dev.merpati.worker.whatsapp.SendResult;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One ownership of the shard by one worker: real mailboxes, real running of commands, a real offset tracker and lease, on top
 * of the world's Redis and WhatsApp.
 */
final class ModelWorker implements CommandStore, LeaseCheck, ConnectionAccess, ConnectionAccess.SerializedConnection {
    static final int MAILBOX = 3;

    private final ModelWorld world;
    private final Interleaving.Actor process = new Interleaving.Actor();
    private final ThreadFactory threads;
    private final ShardLease lease;
    private final StopSignal stop = new StopSignal();
    private final WorkerSettings settings;
    private final CommandJournal journal;
    private final SendMessageTask sending;
    private final OffsetTracker offsets = new OffsetTracker();
    private final Map<UUID, Mailbox<CommandTask>> mailboxes = new HashMap<>();
    private final Set<String> claimed = new HashSet<>();
    private long position;
    private boolean leaving;

    ModelWorker(ModelWorld world, WorkerSettings settings, WorkMetrics metrics) {
        this.world = world;
        this.settings = settings;
        this.threads = world.interleaving.threadsOf(process);
        this.position = world.committed;
        this.lease = TestLeases.lease(0, world.takeEpoch(), world::nanoTime);
        Backoff backoff = new Backoff(
                settings.commands().initialBackoff(), settings.commands().maxBackoff(), () -> 0L);
        this.journal = new CommandJournal(
                lease,
                this,
                new RecentOutcomes(() -> world.now),
                new SessionFixture.CountingMedia(),
                metrics,
                () -> world.now,
                new FencedRetry(backoff, stop),
                (_, _, published) -> published.run());
        this.sending = new SendMessageTask(
                this,
                lease,
                this,
                journal,
                new WhatsAppNumbers(settings.commands()),
                new SessionFixture.CountingMedia(),
                settings,
                backoff,
                () -> world.now);
    }

    Interleaving.Actor process() {
        return process;
    }

    /** Takes the next record, if there is one. */
    void poll() {
        if (position >= world.topic.size() || leaving) {
            return;
        }
        long offset = position++;
        CommandEnvelope envelope = world.topic.get((int) offset);
        offsets.begin(offset, 0);
        CommandTask task = new CommandTask(envelope, null, () -> offsets.finish(offset));
        Mailbox<CommandTask> mailbox = mailboxes.computeIfAbsent(
                envelope.sessionId(), _ -> new Mailbox<>(MAILBOX, threads, this::work, () -> {}));
        if (!mailbox.offer(task)) {
            threads.newThread(() -> journal.complete(task, Completion.unsent(FailureCode.SESSION_BUSY, "busy")))
                    .start();
        }
    }

    private void work(CommandTask task) {
        CommandEnvelope envelope = task.envelope();
        try {
            sending.run(envelope, (Command.Send) envelope.command(), _ -> {})
                    .ifPresent(completion -> journal.complete(task, completion));
        } catch (FencedException e) {
            // Left to the shard's next owner.
        }
    }

    /** As the member that the shard is assigned to; Kafka refuses it from any other. */
    void commit() {
        offsets.committable().ifPresent(world::commit);
    }

    /** Lets nothing more begin: what is under way may still end. */
    void leave() {
        leaving = true;
        mailboxes.values().forEach(Mailbox::stop);
    }

    /** It heard that the shard is lost. */
    void abort() {
        leave();
        stop.stop();
    }

    void kill() {
        world.interleaving.kill(process);
    }

    @Override
    public CommandState claim(ShardLease by, CommandEnvelope envelope) {
        CommandState before = fenced(by, () -> {
            CommandState found = world.records.claim(envelope.commandId());
            if (found == CommandState.STARTED) {
                // Nobody knows how far its earlier owner, or the claim whose answer was lost, had come.
                world.mayHaveLeft.add(envelope.commandId());
            }
            return found;
        });
        claimed.add(envelope.commandId());
        return before;
    }

    @Override
    public Outcome finish(ShardLease by, CommandEnvelope envelope, Completion completion) {
        CommandState state =
                completion.outcome() instanceof Outcome.Failed ? CommandState.FAILED : CommandState.SUCCEEDED;
        return OutcomeCodec.decode(fenced(by, () -> {
            RecordModel.Stored stored = world.records.find(envelope.commandId());
            if (stored != null && stored.state() == CommandState.STARTED && !claimed.contains(envelope.commandId())) {
                world.mayHaveLeft.add(envelope.commandId());
            }
            return world.records.finish(
                    envelope.commandId(),
                    state,
                    OutcomeCodec.encode(completion.outcome()),
                    OutcomeCodec.encode(completion.ifStartedBefore()),
                    !completion.outlivesSession());
        }));
    }

    @Override
    public void receipt(ShardLease by, String messageId, Receipt receipt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void confirm(ShardLease by) {
        fenced(by, () -> true);
    }

    private <T> T fenced(ShardLease by, Supplier<T> script) {
        T result = world.redis(() -> {
            if (world.records.isFenced(by.epoch())) {
                throw TestLeases.fence(by);
            }
            world.written(by.epoch());
            return script.get();
        });
        TestLeases.confirm(by, world::nanoTime);
        return result;
    }

    @Override
    public Readiness awaitReady(Instant until) {
        world.interleaving.step();
        if (leaving) {
            return new Readiness.Moving();
        }
        if (world.trouble(10)) {
            world.pass(Duration.ofSeconds(15));
            return world.now.isBefore(until)
                    ? new Readiness.Unavailable(FailureCode.SESSION_NOT_CONNECTED)
                    : new Readiness.TimedOut();
        }
        return new Readiness.Ready(this);
    }

    @Override
    public Readiness awaitCodes(Instant until) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Readiness awaitingPasskey() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pause(Duration duration) {
        world.interleaving.step();
        world.pass(Duration.ofSeconds(5));
    }

    @Override
    public <T> T call(Function<WhatsAppConnection, T> request) {
        return request.apply(new Connection());
    }

    private final class Connection implements WhatsAppConnection {
        @Override
        public SendResult send(OutgoingMessage message, BooleanSupplier stillOurs, Duration timeout) {
            world.interleaving.step();
            if (!stillOurs.getAsBoolean() || stop.isStopped() || world.trouble(10)) {
                return new SendResult.NotSent("on purpose");
            }
            assertThat(lease.isFresh(settings.leaseTrust()))
                    .as("a message is sent under an ownership that was confirmed lately")
                    .isTrue();
            // The instant in which a process can still be stopped.
            world.interleaving.step();
            if (world.trouble(5)) {
                return new SendResult.Refused(463);
            }
            if (world.trouble(4)) {
                return new SendResult.RecipientUnreachable("on purpose");
            }
            world.mayHaveLeft.add(message.messageId());
            if (world.trouble(8)) {
                world.pass(timeout);
                return new SendResult.Unconfirmed("lost on the way there");
            }
            world.arrives(((OutgoingMessage.Text) message).text(), message.messageId());
            world.interleaving.step();
            if (world.trouble(15)) {
                world.pass(timeout);
                return new SendResult.Unconfirmed("lost on the way back");
            }
            return new SendResult.Acknowledged(null, null);
        }

        @Override
        public Map<String, NumberCheck> checkNumbers(List<String> phoneNumbers, Duration timeout) {
            world.interleaving.step();
            String number = phoneNumbers.getFirst();
            if (world.trouble(15)) {
                return Map.of(number, NumberCheck.UNKNOWN);
            }
            return Map.of(
                    number, new NumberCheck(number.endsWith("0") ? NumberStatus.INVALID : NumberStatus.VALID, null));
        }

        @Override
        public CompletableFuture<ReuploadResult> requestReupload(ReceivedReference file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PairingCodeResult requestPairingCode(String phoneNumber, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PasskeyResult answerPasskey(String assertion, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean unlink(Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close(Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void abort() {
            throw new UnsupportedOperationException();
        }
    }
}
