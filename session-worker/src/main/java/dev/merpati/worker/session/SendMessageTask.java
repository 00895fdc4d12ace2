package dev.merpati.worker.session;

import dev.merpati.clients.timing.Backoff;
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
import dev.merpati.worker.media.MediaStoreUnavailableException;
import dev.merpati.worker.media.UnusableMediaException;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

    /** Troubles of WhatsApp's server that may pass: the message goes again under the same id (zapo {@code ack.ts}). */
    private static final Set<Integer> PASSING = Set.of(408, TOO_MANY, 500, 503);

    /** Beyond the end of what WhatsApp forbids, whose clock may differ. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    /** Of what concerns only one message, on one connection: the messages behind it shall not wait for longer. */
    private static final int MOST_TRIES = 3;

    private static final int CLIENT_ERRORS = 400;
    private static final int SERVER_ERRORS = 500;
    private static final NumberCheck NOT_CHECKED = new NumberCheck(NumberStatus.VALID, null);

    private final ConnectionAccess connection;
    private final ShardLease lease;
    private final LeaseCheck leases;
    private final CommandJournal journal;
    private final WhatsAppNumbers numbers;
    private final MediaLoader media;
    private final WorkerSettings settings;
    private final Backoff backoff;
    private final InstantSource clock;
    /** Postponed messages of which nothing has left. */
    private final Set<String> neverLeft = ConcurrentHashMap.newKeySet();

    SendMessageTask(
            ConnectionAccess connection,
            ShardLease lease,
            LeaseCheck leases,
            CommandJournal journal,
            WhatsAppNumbers numbers,
            MediaLoader media,
            WorkerSettings settings,
            Backoff backoff,
            InstantSource clock) {
        this.connection = connection;
        this.lease = lease;
        this.leases = leases;
        this.journal = journal;
        this.numbers = numbers;
        this.media = media;
        this.settings = settings;
        this.backoff = backoff;
        this.clock = clock;
    }

    /**
     * Returns how it ended; nothing when the session moves to another worker, which then sends it, and nothing when it is
     * postponed.
     *
     * @param postpone has the message run again after a time, and lets the others go on
     */
    Optional<Completion> run(CommandEnvelope envelope, Command.Send send, Consumer<Duration> postpone) {
        return new Sending(envelope, send, postpone).run();
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

        record Postponed(Duration delay) implements Step {}

        /**
         * @param concerns what stands in the way
         * @param otherwise how a message fails of which nothing has left when there is no other try
         */
        record TryAgain(Concern concerns, Outcome.Failed otherwise) implements Step {
            static TryAgain because(Concern concerns, String detail) {
                FailureCode code =
                        concerns == Concern.MESSAGE ? FailureCode.RECIPIENT_UNREACHABLE : FailureCode.EXPIRED;
                return new TryAgain(concerns, Outcome.Failed.of(code, "there was no other try: " + detail));
            }
        }
    }

    /** Whether other messages of the session would meet the same. */
    private enum Concern {
        /** The connection, Redis, or memory: this and all others wait. */
        SESSION,
        /** This message, such as its recipient: bounded tries, and the others go on. */
        MESSAGE
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
        private final Consumer<Duration> postpone;
        private Departure departure = Departure.NOT_CLAIMED;
        private @Nullable LoadedMedia loaded;

        Sending(CommandEnvelope envelope, Command.Send send, Consumer<Duration> postpone) {
            this.envelope = envelope;
            this.send = send;
            this.postpone = postpone;
        }

        Optional<Completion> run() {
            try {
                return tryUntilDone();
            } finally {
                unload();
            }
        }

        private Optional<Completion> tryUntilDone() {
            Step.TryAgain last = Step.TryAgain.because(Concern.SESSION, "the session was not connected");
            SerializedConnection lastUsed = null;
            int failedInARow = 0;
            for (int tries = 1; ; tries++) {
                switch (awaitReady()) {
                    case Readiness.Moving _ -> {
                        return Optional.empty();
                    }
                    case Readiness.TimedOut _ -> {
                        return Optional.of(givenUp(last));
                    }
                    case Readiness.Unavailable(FailureCode code) -> {
                        return Optional.of(unsent(Outcome.Failed.of(code, "the session is not connected")));
                    }
                    case Readiness.Ready(SerializedConnection open) -> {
                        switch (isPast(envelope) ? last : tryOnce(open)) {
                            case Step.Done(Completion completion) -> {
                                return Optional.of(completion);
                            }
                            case Step.Postponed(Duration delay) -> {
                                postpone.accept(delay);
                                return Optional.empty();
                            }
                            case Step.TryAgain again -> last = again;
                        }
                        // A broken connection can look like a recipient who is not reached, until it is replaced.
                        failedInARow =
                                open.equals(lastUsed) && last.concerns() == Concern.MESSAGE ? failedInARow + 1 : 1;
                        lastUsed = open;
                    }
                }
                if (isPast(envelope) || (last.concerns() == Concern.MESSAGE && failedInARow >= MOST_TRIES)) {
                    return Optional.of(givenUp(last));
                }
                connection.pause(backoff.after(tries));
            }
        }

        /** Keeps the file for another try only as long as there is a connection. */
        private Readiness awaitReady() {
            if (loaded != null && connection.awaitReady(clock.instant()) instanceof Readiness.TimedOut) {
                unload();
            }
            return connection.awaitReady(envelope.notAfter());
        }

        private Step tryOnce(SerializedConnection open) {
            try {
                NumberCheck recipient = send.skipValidation() ? NOT_CHECKED : check(open);
                return switch (recipient.status()) {
                    case INVALID ->
                        new Step.Done(unsent(Outcome.Failed.of(
                                FailureCode.NOT_REGISTERED, "the recipient is not registered on WhatsApp")));
                    case UNKNOWN -> again(Concern.MESSAGE, "WhatsApp does not say whether the recipient is registered");
                    case VALID ->
                        switch (send) {
                            case Command.SendText text ->
                                submit(
                                        open,
                                        recipient,
                                        new OutgoingMessage.Text(
                                                envelope.commandId(), address(recipient), text.text()));
                            case Command.SendMedia file -> submitFile(open, recipient, file);
                        };
                };
            } catch (UnusableMediaException e) {
                return new Step.Done(
                        unsent(Outcome.Failed.of(FailureCode.MEDIA_FAILED, String.valueOf(e.getMessage()))));
            } catch (MediaStoreUnavailableException e) {
                log.info(
                        "Session {}: a send waits for the media store: {}",
                        envelope.sessionId(),
                        String.valueOf(e.getCause()));
                return Step.TryAgain.because(Concern.SESSION, "the media store was not reached");
            } catch (FencedException e) {
                throw e;
            } catch (RedisUnavailableException e) {
                log.debug("Session {}: a send waits for Redis: {}", envelope.sessionId(), e.toString());
                return Step.TryAgain.because(Concern.SESSION, "Redis was not reached");
            } catch (RuntimeException e) {
                log.warn("Session {}: a send is tried again: {}", envelope.sessionId(), e.toString());
                return new Step.TryAgain(
                        Concern.MESSAGE,
                        Outcome.Failed.of(FailureCode.INTERNAL, "an error of the worker, see its log"));
            }
        }

        /** Returns the address that WhatsApp names for the number, if it has been asked. */
        private String address(NumberCheck recipient) {
            return recipient.whatsappNumber() == null ? send.to() : recipient.whatsappNumber();
        }

        private NumberCheck check(SerializedConnection open) {
            NumberCheck known = numbers.find(send.to());
            if (known != null) {
                return known;
            }
            Duration timeout = settings.commands().checkTimeout();
            NumberCheck answered = open.call(c -> c.checkNumbers(List.of(send.to()), timeout))
                    .getOrDefault(send.to(), NumberCheck.UNKNOWN);
            numbers.add(send.to(), answered);
            return answered;
        }

        private Step submitFile(SerializedConnection open, NumberCheck recipient, Command.SendMedia file) {
            LoadedMedia content = loaded;
            if (content == null) {
                Duration patience = settings.commands().maxBackoff();
                Duration left = Duration.between(clock.instant(), envelope.notAfter());
                MediaLoader.Turn turn = new MediaLoader.Turn(envelope.tenantId(), envelope.issuedAt());
                content = media.load(file.media(), turn, patience, left);
                loaded = content;
            }
            return content == null
                    ? Step.TryAgain.because(Concern.SESSION, "there was no memory for the file")
                    : submit(
                            open,
                            recipient,
                            new OutgoingMessage.Media(
                                    envelope.commandId(),
                                    address(recipient),
                                    file.media(),
                                    content.content(),
                                    file.caption()));
        }

        private void unload() {
            if (loaded != null) {
                loaded.close();
                loaded = null;
            }
        }

        private Step submit(SerializedConnection open, NumberCheck recipient, OutgoingMessage message) {
            if (departure == Departure.NOT_CLAIMED) {
                CommandState before = journal.claim(envelope);
                if (before.isFinal()) {
                    // The outcome that is stored stands, whatever is said here.
                    return new Step.Done(givenUp(Step.TryAgain.because(Concern.SESSION, "it had ended before")));
                }
                boolean atHome = neverLeft.remove(envelope.commandId()) || before != CommandState.STARTED;
                departure = atHome ? Departure.NOT_SENT : Departure.MAY_HAVE_LEFT;
            }
            if (!leaseIsFresh()) {
                leases.confirm(lease);
            }
            Duration timeout = settings.commands().attemptTimeout();
            return switch (open.call(c -> c.send(message, SendMessageTask.this::leaseIsFresh, timeout))) {
                case SendResult.Acknowledged(String whatsappNumber, String textMessageId) ->
                    new Step.Done(Completion.of(new Outcome.MessageSent(
                            whatsappNumber == null ? recipient.whatsappNumber() : whatsappNumber, textMessageId)));
                case SendResult.PartlyAcknowledged(String detail) -> new Step.Done(Completion.unacknowledged(detail));
                case SendResult.RecipientUnreachable(String detail) ->
                    again(Concern.MESSAGE, "the recipient is not reached: " + detail);
                case SendResult.Refused(int reason) when PASSING.contains(reason) -> refusedForNow(reason);
                case SendResult.Refused(int reason) ->
                    new Step.Done(refused(
                            new Outcome.Failed(FailureCode.REJECTED, reason, "WhatsApp's server refused the message")));
                case SendResult.Restricted(Instant until) -> restricted(until);
                case SendResult.MediaRefused(int status) -> mediaRefused(status);
                case SendResult.NotSent(String detail) -> again(Concern.SESSION, "it did not leave: " + detail);
                case SendResult.Unconfirmed(String detail) -> {
                    departure = Departure.MAY_HAVE_LEFT;
                    yield again(Concern.SESSION, "it was not acknowledged: " + detail);
                }
            };
        }

        /** Its time-lock or cap is over in time, or the message fails now: each further try would count. */
        private Step restricted(Instant until) {
            Instant resume = until.plus(MARGIN);
            if (resume.isBefore(envelope.notAfter())) {
                if (departure == Departure.NOT_SENT) {
                    neverLeft.add(envelope.commandId());
                }
                return new Step.Postponed(Duration.between(clock.instant(), resume));
            }
            return new Step.Done(refused(new Outcome.Failed(
                    FailureCode.NEW_CHATS_RESTRICTED,
                    null,
                    "WhatsApp lets the account begin no new chats for now",
                    until)));
        }

        private Step refusedForNow(int reason) {
            log.info("Session {}: a message is tried again: WhatsApp answered {}", envelope.sessionId(), reason);
            return new Step.TryAgain(
                    Concern.MESSAGE,
                    new Outcome.Failed(
                            reason == TOO_MANY ? FailureCode.RATE_LIMITED : FailureCode.REJECTED,
                            reason,
                            "WhatsApp's server refused the message"));
        }

        private Step mediaRefused(int status) {
            if (status >= CLIENT_ERRORS && status < SERVER_ERRORS) {
                return new Step.Done(refused(new Outcome.Failed(
                        FailureCode.MEDIA_FAILED, status, "WhatsApp's media server refused the file")));
            }
            log.info("Session {}: a message is tried again: media server answered {}", envelope.sessionId(), status);
            return new Step.TryAgain(
                    Concern.SESSION,
                    Outcome.Failed.of(
                            FailureCode.MEDIA_FAILED, "WhatsApp's media server did not take the file in time"));
        }

        private Step.TryAgain again(Concern concerns, String why) {
            log.info("Session {}: a message is tried again: {}", envelope.sessionId(), why);
            return Step.TryAgain.because(concerns, why);
        }

        /** That a later try was refused says nothing about an earlier one that may have left. */
        private Completion refused(Outcome.Failed failure) {
            return departure == Departure.MAY_HAVE_LEFT
                    ? Completion.unacknowledged(
                            "an earlier try may have left, a later one was refused: " + failure.reason())
                    : Completion.of(failure);
        }

        private Completion givenUp(Step.TryAgain last) {
            return departure == Departure.MAY_HAVE_LEFT
                    ? Completion.unacknowledged("nothing acknowledged the message in time")
                    : unsent(last.otherwise());
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
