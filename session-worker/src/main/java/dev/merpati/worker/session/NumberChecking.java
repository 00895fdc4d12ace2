package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.command.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Asks WhatsApp which numbers are registered; asking twice does no harm, so nothing is claimed. */
final class NumberChecking {
    /** When WhatsApp says nothing about any number at once, which a broken connection looks like too. */
    private static final int MOST_TRIES = 3;

    private final Connectivity link;
    private final SessionServices services;

    NumberChecking(Connectivity link, SessionServices services) {
        this.link = link;
        this.services = services;
    }

    /** Returns how it ended, or nothing when the session moves to another worker, which then asks. */
    Optional<Ending> run(CommandEnvelope envelope, Command.CheckNumbers check) {
        Instant begun = services.clock().instant();
        for (int tries = 1; ; tries++) {
            switch (link.awaitReady(envelope.notAfter())) {
                case Readiness.Moving _ -> {
                    return Optional.empty();
                }
                case Readiness.TimedOut _ -> {
                    return failed(FailureCode.EXPIRED, "its time was up before the session was connected");
                }
                case Readiness.Unavailable(FailureCode code) -> {
                    return failed(code, "the session is not connected");
                }
                case Readiness.Ready(Connectivity.Calls connection) -> {
                    if (isPast(envelope)) {
                        return failed(FailureCode.EXPIRED, "its time was up before it was begun");
                    }
                    Map<String, NumberStatus> statuses = ask(connection, check);
                    if (tries == MOST_TRIES || saysSomething(statuses) || isSlow(begun)) {
                        return Optional.of(Ending.of(new Outcome.NumbersChecked(statuses, Map.of())));
                    }
                }
            }
            link.pause(services.commandBackoff().after(tries));
        }
    }

    private boolean isPast(CommandEnvelope envelope) {
        return !services.clock().instant().isBefore(envelope.notAfter());
    }

    private static boolean saysSomething(Map<String, NumberStatus> statuses) {
        return statuses.values().stream().anyMatch(status -> status != NumberStatus.UNKNOWN);
    }

    /** Whoever waits would not wait for another try. */
    private boolean isSlow(Instant begun) {
        Duration patience = services.settings().worker().commands().checkTimeout();
        return !services.clock().instant().isBefore(begun.plus(patience.dividedBy(2)));
    }

    private Map<String, NumberStatus> ask(Connectivity.Calls connection, Command.CheckNumbers check) {
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
        return statuses;
    }

    private static Optional<Ending> failed(FailureCode code, String detail) {
        return Optional.of(Ending.of(Outcome.Failed.of(code, detail)));
    }
}
