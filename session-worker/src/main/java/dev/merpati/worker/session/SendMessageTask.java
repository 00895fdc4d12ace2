package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.connection.ConnectionAccess;
import dev.merpati.worker.connection.ConnectionAccess.Readiness;
import dev.merpati.worker.connection.ConnectionAccess.SerializedConnection;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.LeaseCheck;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.media.LoadedMedia;
import dev.merpati.worker.media.MediaLoader;
import dev.merpati.worker.media.UnusableMediaException;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.timing.Backoff;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages of one session: tries each until WhatsApp's server has acknowledged or refused it, or its time is up,
 * always under the same id. For one thread at a time.
 */
final class SendMessageTask {
    private static final Logger log = LoggerFactory.getLogger(SendMessageTask.class);
    /** What WhatsApp's server answers to accounts that send too much. */
    private static final int TOO_MANY = 429;

    private static final int CLIENT_ERRORS = 400;
    private static final int SERVER_ERRORS = 500;

    private final ConnectionAccess connection;
    private final ShardLease lease;
    private final LeaseCheck leases;
    private final CommandJournal journal;
    private final RegisteredNumbers registeredNumbers;
    private final MediaLoader media;
    private final WorkerSettings settings;
    private final Backoff backoff;
    private final InstantSource clock;

    SendMessageTask(
            ConnectionAccess connection,
            ShardLease lease,
            LeaseCheck leases,
            CommandJournal journal,
            RegisteredNumbers registeredNumbers,
            MediaLoader media,
            WorkerSettings settings,
            Backoff backoff,
            InstantSource clock) {
        this.connection = connection;
        this.lease = lease;
        this.leases = leases;
        this.journal = journal;
        this.registeredNumbers = registeredNumbers;
        this.media = media;
        this.settings = settings;
        this.backoff = backoff;
        this.clock = clock;
    }

    /** Returns how it ended, or nothing when the session moves to another worker, which then sends it. */
    Optional<Completion> run(CommandEnvelope envelope, Command.Send send) {
        return new Sending(envelope, send).run();
    }

    private boolean isPast(CommandEnvelope envelope) {
        return !clock.instant().isBefore(envelope.notAfter());
    }

    private boolean leaseIsFresh() {
        return lease.isFresh(settings.leaseTrust());
    }

    /** What came of one try. */
    private sealed interface Step {
        record Done(Completion completion) implements Step {}

        /** @param ifTimeIsUp how a message fails of which nothing has left when there is no time for another try */
        record TryAgain(Outcome.Failed ifTimeIsUp) implements Step {
            static TryAgain because(String detail) {
                return new TryAgain(Outcome.Failed.of(FailureCode.EXPIRED, "its time was up: " + detail));
            }
        }
    }

    /** How far a message has come, as far as is known. */
    private enum Departure {
        NOT_CLAIMED,
        /** Nothing of it has left, from here or from an earlier owner. */
        NOT_SENT,
        MAY_HAVE_LEFT
    }

    /** One message. */
    private final class Sending {
        private final CommandEnvelope envelope;
        private final Command.Send send;
        private Departure departure = Departure.NOT_CLAIMED;

        Sending(CommandEnvelope envelope, Command.Send send) {
            this.envelope = envelope;
            this.send = send;
        }

        Optional<Completion> run() {
            Step.TryAgain last = Step.TryAgain.because("the session was not connected");
            for (int tries = 1; ; tries++) {
                switch (connection.awaitReady(envelope.notAfter())) {
                    case Readiness.Moving _ -> {
                        return Optional.empty();
                    }
                    case Readiness.TimedOut _ -> {
                        return Optional.of(timedOut(last));
                    }
                    case Readiness.Unavailable(FailureCode code) -> {
                        return Optional.of(unsent(Outcome.Failed.of(code, "the session is not connected")));
                    }
                    case Readiness.Ready(SerializedConnection open) -> {
                        switch (isPast(envelope) ? last : tryOnce(open)) {
                            case Step.Done(Completion completion) -> {
                                return Optional.of(completion);
                            }
                            case Step.TryAgain again -> last = again;
                        }
                    }
                }
                if (isPast(envelope)) {
                    return Optional.of(timedOut(last));
                }
                connection.pause(backoff.after(tries));
            }
        }

        private Step tryOnce(SerializedConnection open) {
            try {
                NumberStatus status = send.skipValidation() ? NumberStatus.VALID : check(open);
                return switch (status) {
                    case INVALID ->
                        new Step.Done(unsent(Outcome.Failed.of(
                                FailureCode.NOT_REGISTERED, "the recipient is not registered on WhatsApp")));
                    case UNKNOWN -> Step.TryAgain.because("WhatsApp does not say whether the recipient is registered");
                    case VALID ->
                        switch (send) {
                            case Command.SendText text ->
                                submit(open, new OutgoingMessage.Text(envelope.commandId(), text.to(), text.text()));
                            case Command.SendMedia file -> submitFile(open, file);
                        };
                };
            } catch (UnusableMediaException e) {
                return new Step.Done(
                        unsent(Outcome.Failed.of(FailureCode.MEDIA_FAILED, String.valueOf(e.getMessage()))));
            } catch (FencedException e) {
                throw e;
            } catch (RedisUnavailableException e) {
                log.debug("Session {}: a send waits for Redis: {}", envelope.sessionId(), e.toString());
                return Step.TryAgain.because("Redis was not reached");
            } catch (RuntimeException e) {
                log.warn("Session {}: a send is tried again: {}", envelope.sessionId(), e.toString());
                return Step.TryAgain.because("of an error of the worker, see its log");
            }
        }

        private NumberStatus check(SerializedConnection open) {
            if (registeredNumbers.contains(send.to())) {
                return NumberStatus.VALID;
            }
            Duration timeout = settings.commands().checkTimeout();
            NumberStatus status = open.call(c -> c.checkNumbers(List.of(send.to()), timeout))
                    .getOrDefault(send.to(), NumberCheck.UNKNOWN)
                    .status();
            if (status == NumberStatus.VALID) {
                registeredNumbers.add(send.to());
            }
            return status;
        }

        private Step submitFile(SerializedConnection open, Command.SendMedia file) {
            Duration patience = settings.commands().maxBackoff();
            Duration left = Duration.between(clock.instant(), envelope.notAfter());
            MediaLoader.Turn turn = new MediaLoader.Turn(envelope.tenantId(), envelope.issuedAt());
            try (LoadedMedia loaded = media.load(file.media(), turn, patience, left)) {
                return loaded == null
                        ? Step.TryAgain.because("there was no memory for the file")
                        : submit(
                                open,
                                new OutgoingMessage.Media(
                                        envelope.commandId(),
                                        file.to(),
                                        file.media(),
                                        loaded.content(),
                                        file.caption()));
            }
        }

        private Step submit(SerializedConnection open, OutgoingMessage message) {
            if (departure == Departure.NOT_CLAIMED) {
                CommandState before = journal.claim(envelope);
                if (before.isFinal()) {
                    // The outcome that is stored stands, whatever is said here.
                    return new Step.Done(timedOut(Step.TryAgain.because("it had ended before")));
                }
                departure = before == CommandState.STARTED ? Departure.MAY_HAVE_LEFT : Departure.NOT_SENT;
            }
            if (!leaseIsFresh()) {
                leases.confirm(lease);
            }
            Duration timeout = settings.commands().attemptTimeout();
            return switch (open.call(c -> c.send(message, SendMessageTask.this::leaseIsFresh, timeout))) {
                case SendResult.Acknowledged(String whatsappNumber, String textMessageId) ->
                    new Step.Done(Completion.of(new Outcome.MessageSent(whatsappNumber, textMessageId)));
                case SendResult.PartlyAcknowledged(String detail) -> new Step.Done(Completion.unacknowledged(detail));
                case SendResult.RecipientUnreachable(String detail) -> again("it did not leave: " + detail);
                case SendResult.Refused(int reason) ->
                    new Step.Done(refused(new Outcome.Failed(
                            reason == TOO_MANY ? FailureCode.RATE_LIMITED : FailureCode.REJECTED,
                            reason,
                            "WhatsApp's server refused the message")));
                case SendResult.MediaRefused(int status) -> mediaRefused(status);
                case SendResult.NotSent(String detail) -> again("it did not leave: " + detail);
                case SendResult.Unconfirmed(String detail) -> {
                    departure = Departure.MAY_HAVE_LEFT;
                    yield again("it was not acknowledged: " + detail);
                }
            };
        }

        private Step mediaRefused(int status) {
            if (status >= CLIENT_ERRORS && status < SERVER_ERRORS) {
                return new Step.Done(refused(new Outcome.Failed(
                        FailureCode.MEDIA_FAILED, status, "WhatsApp's media server refused the file")));
            }
            again("WhatsApp's media server answered " + status);
            return new Step.TryAgain(Outcome.Failed.of(
                    FailureCode.MEDIA_FAILED, "WhatsApp's media server did not take the file in time"));
        }

        private Step.TryAgain again(String why) {
            log.info("Session {}: a message is tried again: {}", envelope.sessionId(), why);
            return Step.TryAgain.because(why);
        }

        /** That a later try was refused says nothing about an earlier one that may have left. */
        private Completion refused(Outcome.Failed failure) {
            return departure == Departure.MAY_HAVE_LEFT
                    ? Completion.unacknowledged(
                            "an earlier try may have left, a later one was refused: " + failure.reason())
                    : Completion.of(failure);
        }

        private Completion timedOut(Step.TryAgain last) {
            return departure == Departure.MAY_HAVE_LEFT
                    ? Completion.unacknowledged("nothing acknowledged the message in time")
                    : unsent(last.ifTimeIsUp());
        }

        private Completion unsent(Outcome.Failed failure) {
            return switch (departure) {
                case NOT_CLAIMED -> Completion.unsent(failure.code(), failure.detail());
                case NOT_SENT -> Completion.of(failure);
                case MAY_HAVE_LEFT ->
                    Completion.unacknowledged("an earlier try may have left; then: " + failure.detail());
            };
        }
    }
}
