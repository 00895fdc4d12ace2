package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.connection.ConnectionAccess;
import dev.merpati.worker.connection.ConnectionAccess.Readiness;
import dev.merpati.worker.connection.ConnectionAccess.SerializedConnection;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.whatsapp.PairingCodeResult;
import dev.merpati.worker.whatsapp.PasskeyResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Links a session by a code that is typed in, and with the account's passkey. Returns nothing when the session moves. */
final class PairingTask {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MOST_TRIES = 3;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    /** A reconnect or a deletion of the session waits meanwhile. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final ConnectionAccess connection;
    private final InstantSource clock;

    PairingTask(ConnectionAccess connection, InstantSource clock) {
        this.connection = connection;
        this.clock = clock;
    }

    Optional<Completion> requestCode(CommandEnvelope envelope, Command.RequestPairingCode request) {
        Instant longest = clock.instant().plus(LONGEST_WAIT);
        Instant until = envelope.notAfter().isBefore(longest) ? envelope.notAfter() : longest;
        for (int tries = 1; ; tries++) {
            switch (connection.awaitCodes(until)) {
                case Readiness.Moving _ -> {
                    return Optional.empty();
                }
                case Readiness.TimedOut _ -> {
                    return failed(FailureCode.EXPIRED, "WhatsApp did not offer to pair in time");
                }
                case Readiness.Unavailable(FailureCode code) -> {
                    return failed(code, "the session cannot be paired");
                }
                case Readiness.Ready(SerializedConnection open) -> {
                    PairingCodeResult result =
                            open.call(c -> c.requestPairingCode(request.phoneNumber(), ANSWER_TIMEOUT));
                    if (!(result instanceof PairingCodeResult.NotPairing) || tries == MOST_TRIES) {
                        return Optional.of(Completion.of(outcomeOf(result)));
                    }
                }
            }
            connection.pause(Duration.ofMillis(500));
        }
    }

    private static Outcome outcomeOf(PairingCodeResult result) {
        return switch (result) {
            case PairingCodeResult.Code(String code, Instant expiresAt) -> new Outcome.PairingCode(code, expiresAt);
            case PairingCodeResult.Refused(int reason)
            when reason == TOO_MANY_REQUESTS ->
                new Outcome.Failed(FailureCode.RATE_LIMITED, reason, "WhatsApp makes no more pairing codes now");
            case PairingCodeResult.Refused(int reason) ->
                new Outcome.Failed(FailureCode.PAIRING_CODE_REFUSED, reason, "WhatsApp makes no code for this number");
            case PairingCodeResult.NotPairing(String detail) -> Outcome.Failed.of(FailureCode.EXPIRED, detail);
        };
    }

    Optional<Completion> answerPasskey(Command.AnswerPasskey answer) {
        return switch (connection.awaitingPasskey()) {
            case Readiness.Moving _ -> Optional.empty();
            case Readiness.TimedOut _ -> failed(FailureCode.PASSKEY_NOT_REQUESTED, "no passkey is asked for");
            case Readiness.Unavailable(FailureCode code) -> failed(code, "no passkey is asked for");
            case Readiness.Ready(SerializedConnection open) -> {
                PasskeyResult result = open.call(c -> c.answerPasskey(answer.assertion(), ANSWER_TIMEOUT));
                yield Optional.of(Completion.of(passkeyOutcome(result)));
            }
        };
    }

    private static Outcome passkeyOutcome(PasskeyResult result) {
        return switch (result) {
            case PasskeyResult.Accepted _ -> new Outcome.SessionChanged();
            case PasskeyResult.Refused(int reason) ->
                new Outcome.Failed(FailureCode.PASSKEY_REFUSED, reason, "WhatsApp did not take the assertion");
            case PasskeyResult.Invalid(String detail) -> Outcome.Failed.of(FailureCode.PASSKEY_INVALID, detail);
            case PasskeyResult.NotRequested _ ->
                Outcome.Failed.of(FailureCode.PASSKEY_NOT_REQUESTED, "no passkey is asked for any more");
            case PasskeyResult.Unknown _ ->
                Outcome.Failed.of(FailureCode.NOT_ACKNOWLEDGED, "WhatsApp did not answer to the assertion");
        };
    }

    private static Optional<Completion> failed(FailureCode code, String detail) {
        return Optional.of(Completion.of(Outcome.Failed.of(code, detail)));
    }
}
