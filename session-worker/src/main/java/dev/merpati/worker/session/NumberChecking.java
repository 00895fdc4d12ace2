package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.command.Ending;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Asks WhatsApp which numbers are registered; asking twice does no harm, so nothing is claimed. */
final class NumberChecking {
    private final SessionLink link;
    private final SessionServices services;

    NumberChecking(SessionLink link, SessionServices services) {
        this.link = link;
        this.services = services;
    }

    /** Returns how it ended, or nothing when the session moves to another worker, which then asks. */
    Optional<Ending> run(CommandEnvelope envelope, Command.CheckNumbers check) {
        return switch (link.awaitReady(envelope.notAfter())) {
            case Readiness.Moving _ -> Optional.empty();
            case Readiness.TimedOut _ ->
                failed(FailureCode.EXPIRED, "its time was up before the session was connected");
            case Readiness.Unavailable(FailureCode code) -> failed(code, "the session is not connected");
            case Readiness.Ready(ConnectionAttempt connection) -> Optional.of(ask(connection, check));
        };
    }

    private Ending ask(ConnectionAttempt connection, Command.CheckNumbers check) {
        Duration timeout = services.settings().worker().commands().checkTimeout();
        Map<String, NumberStatus> answered = connection.call(c -> c.checkNumbers(check.phoneNumbers(), timeout));
        Map<String, NumberStatus> statuses = new HashMap<>();
        for (String number : check.phoneNumbers()) {
            NumberStatus status = answered.getOrDefault(number, NumberStatus.UNKNOWN);
            statuses.put(number, status);
            if (status == NumberStatus.VALID) {
                services.registeredNumbers().add(number);
            }
        }
        return Ending.of(new Outcome.NumbersChecked(statuses));
    }

    private static Optional<Ending> failed(FailureCode code, String detail) {
        return Optional.of(Ending.of(Outcome.Failed.of(code, detail)));
    }
}
