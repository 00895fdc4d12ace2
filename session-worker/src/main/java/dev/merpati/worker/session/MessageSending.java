package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.command.Ending;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.media.LoadedMedia;
import dev.merpati.worker.media.MediaLoader;
import dev.merpati.worker.media.UnusableMediaException;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one message: tries until WhatsApp's server has acknowledged or refused it, or its time is up, each time under the
 * same id. Used by one thread.
 */
final class MessageSending {
    private static final Logger log = LoggerFactory.getLogger(MessageSending.class);
    /** What WhatsApp's server answers to accounts that send too much. */
    private static final int TOO_MANY = 429;

    private static final int CLIENT_ERRORS = 400;
    private static final int SERVER_ERRORS = 500;

    private final Connectivity link;
    private final ShardLease lease;
    private final SessionServices services;
    private final CommandEnvelope envelope;
    private final Command.Send send;
    private boolean validated;
    private boolean claimed;
    private boolean mayHaveLeft;
    private boolean mediaRefused;
    private int failures;

    MessageSending(
            Connectivity link,
            ShardLease lease,
            SessionServices services,
            CommandEnvelope envelope,
            Command.Send send) {
        this.link = link;
        this.lease = lease;
        this.services = services;
        this.envelope = envelope;
        this.send = send;
        this.validated = send.skipValidation();
    }

    /** Returns how it ended, or nothing when the session moves to another worker, which then sends it. */
    Optional<Ending> run() {
        while (true) {
            switch (link.awaitReady(envelope.notAfter())) {
                case Readiness.Moving _ -> {
                    return Optional.empty();
                }
                case Readiness.TimedOut _ -> {
                    return Optional.of(timedOut());
                }
                case Readiness.Unavailable(FailureCode code) -> {
                    return Optional.of(unsent(code, "the session is not connected"));
                }
                case Readiness.Ready(Connectivity.Calls connection) -> {
                    Ending ending = attempt(connection);
                    if (ending != null) {
                        return Optional.of(ending);
                    }
                }
            }
            if (!services.clock().instant().isBefore(envelope.notAfter())) {
                return Optional.of(timedOut());
            }
            link.pause(services.commandBackoff().after(++failures));
        }
    }

    /** One try; null when another one may do better. */
    private @Nullable Ending attempt(Connectivity.Calls connection) {
        try {
            if (!services.clock().instant().isBefore(envelope.notAfter())) {
                return timedOut();
            }
            if (!validated) {
                switch (ask(connection)) {
                    case INVALID -> {
                        return unsent(FailureCode.NOT_REGISTERED, "the recipient is not registered on WhatsApp");
                    }
                    case UNKNOWN -> {
                        return null;
                    }
                    case VALID -> validated = true;
                }
            }
            return switch (send) {
                case Command.SendText text ->
                    send(connection, new OutgoingMessage.Text(envelope.commandId(), text.to(), text.text()));
                case Command.SendMedia media -> sendMedia(connection, media);
            };
        } catch (UnusableMediaException e) {
            return unsent(FailureCode.MEDIA_FAILED, String.valueOf(e.getMessage()));
        } catch (FencedException e) {
            throw e;
        } catch (RedisUnavailableException e) {
            log.debug("Session {}: a send waits for Redis: {}", envelope.sessionId(), e.toString());
            return null;
        } catch (RuntimeException e) {
            log.warn("Session {}: a send is tried again: {}", envelope.sessionId(), e.toString());
            return null;
        }
    }

    private NumberStatus ask(Connectivity.Calls connection) {
        if (services.registeredNumbers().contains(send.to())) {
            return NumberStatus.VALID;
        }
        Duration timeout = services.settings().worker().commands().checkTimeout();
        Map<String, NumberStatus> statuses = connection.call(c -> c.checkNumbers(List.of(send.to()), timeout));
        NumberStatus status = statuses.getOrDefault(send.to(), NumberStatus.UNKNOWN);
        if (status == NumberStatus.VALID) {
            services.registeredNumbers().add(send.to());
        }
        return status;
    }

    private @Nullable Ending sendMedia(Connectivity.Calls connection, Command.SendMedia media) {
        Duration patience = services.settings().worker().commands().maxBackoff();
        Duration left = Duration.between(services.clock().instant(), envelope.notAfter());
        MediaLoader.Turn turn = new MediaLoader.Turn(envelope.tenantId(), envelope.issuedAt());
        try (LoadedMedia loaded = services.media().load(media.media(), turn, patience, left)) {
            if (loaded == null) {
                return null;
            }
            return send(
                    connection,
                    new OutgoingMessage.Media(
                            envelope.commandId(), media.to(), media.media(), loaded.content(), media.caption()));
        }
    }

    private @Nullable Ending send(Connectivity.Calls connection, OutgoingMessage message) {
        if (!claimed) {
            CommandState before = services.commands().claim(lease, envelope);
            if (before.isFinal()) {
                return timedOut(); // The outcome that is stored already stands, whatever is said here.
            }
            claimed = true;
            mayHaveLeft = before == CommandState.STARTED;
        }
        if (!leaseIsFresh()) {
            services.leases().confirm(lease);
        }
        Duration timeout = services.settings().worker().commands().attemptTimeout();
        return switch (connection.call(c -> c.send(message, this::leaseIsFresh, timeout))) {
            case SendResult.Acknowledged _ -> Ending.of(new Outcome.MessageSent(null, null));
            case SendResult.Refused(int reason) -> refused(reason);
            case SendResult.MediaRefused(int status) -> mediaRefused(status);
            case SendResult.NotSent(String detail) -> again("it did not leave: " + detail);
            case SendResult.Unconfirmed(String detail) -> {
                mayHaveLeft = true;
                yield again("it was not acknowledged: " + detail);
            }
        };
    }

    private boolean leaseIsFresh() {
        return lease.isFresh(services.settings().worker().leaseTrust());
    }

    private @Nullable Ending again(String why) {
        log.info("Session {}: a message is tried again: {}", envelope.sessionId(), why);
        return null;
    }

    private Ending refused(int reason) {
        FailureCode code = reason == TOO_MANY ? FailureCode.RATE_LIMITED : FailureCode.REJECTED;
        return refused(new Outcome.Failed(code, reason, "WhatsApp's server refused the message"));
    }

    /** That a later try was refused says nothing about an earlier one that may have left. */
    private Ending refused(Outcome.Failed failure) {
        return mayHaveLeft
                ? Ending.unacknowledged("an earlier try may have left, a later one was refused: " + failure.reason())
                : Ending.of(failure);
    }

    private @Nullable Ending mediaRefused(int status) {
        mediaRefused = true;
        if (status >= CLIENT_ERRORS && status < SERVER_ERRORS) {
            return refused(
                    new Outcome.Failed(FailureCode.MEDIA_FAILED, status, "WhatsApp's media server refused the file"));
        }
        return again("WhatsApp's media server answered " + status);
    }

    private Ending timedOut() {
        if (mayHaveLeft) {
            return Ending.unacknowledged("nothing acknowledged the message in time");
        }
        return mediaRefused
                ? unsent(FailureCode.MEDIA_FAILED, "WhatsApp's media server did not take the file in time")
                : unsent(FailureCode.EXPIRED, "its time was up before it could be sent");
    }

    private Ending unsent(FailureCode code, String detail) {
        // A session that is gone is the better news than a message that may be.
        if (mayHaveLeft && code != FailureCode.SESSION_DELETED) {
            return Ending.unacknowledged("an earlier try may have left; then: " + detail);
        }
        return claimed ? Ending.of(Outcome.Failed.of(code, detail)) : Ending.unsent(code, detail);
    }
}
