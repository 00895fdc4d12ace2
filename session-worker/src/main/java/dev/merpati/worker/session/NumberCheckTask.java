package dev.merpati.worker.session;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.connection.ConnectionAccess;
import dev.merpati.worker.connection.ConnectionAccess.Readiness;
import dev.merpati.worker.connection.ConnectionAccess.SerializedConnection;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.whatsapp.NumberCheck;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Asks WhatsApp which numbers are registered; asking twice does no harm, so nothing is claimed. */
final class NumberCheckTask {
    /** When WhatsApp says nothing about any number at once, which a broken connection looks like too. */
    private static final int MOST_TRIES = 3;

    private final ConnectionAccess connection;
    private final WhatsAppNumbers numbers;
    private final Duration timeout;
    private final Backoff backoff;
    private final InstantSource clock;

    /** @param timeout of one question */
    NumberCheckTask(
            ConnectionAccess connection,
            WhatsAppNumbers numbers,
            Duration timeout,
            Backoff backoff,
            InstantSource clock) {
        this.connection = connection;
        this.numbers = numbers;
        this.timeout = timeout;
        this.backoff = backoff;
        this.clock = clock;
    }

    /** Returns how it ended, or nothing when the session moves to another worker, which then asks. */
    Optional<Completion> run(CommandEnvelope envelope, Command.CheckNumbers check) {
        Instant begun = clock.instant();
        for (int tries = 1; ; tries++) {
            switch (connection.awaitReady(envelope.notAfter())) {
                case Readiness.Moving _ -> {
                    return Optional.empty();
                }
                case Readiness.TimedOut _ -> {
                    return failed(FailureCode.EXPIRED, "its time was up before the session was connected");
                }
                case Readiness.Unavailable(FailureCode code) -> {
                    return failed(code, "the session is not connected");
                }
                case Readiness.Ready(SerializedConnection open) -> {
                    if (!clock.instant().isBefore(envelope.notAfter())) {
                        return failed(FailureCode.EXPIRED, "its time was up before it was begun");
                    }
                    Outcome.NumbersChecked checked = ask(open, check);
                    if (tries == MOST_TRIES || saysSomething(checked) || isSlow(begun)) {
                        return Optional.of(Completion.of(checked));
                    }
                }
            }
            connection.pause(backoff.after(tries));
        }
    }

    private static boolean saysSomething(Outcome.NumbersChecked checked) {
        return checked.statuses().values().stream().anyMatch(status -> status != NumberStatus.UNKNOWN);
    }

    /** Whoever waits would not wait for another try. */
    private boolean isSlow(Instant begun) {
        return !clock.instant().isBefore(begun.plus(timeout.dividedBy(2)));
    }

    private Outcome.NumbersChecked ask(SerializedConnection open, Command.CheckNumbers check) {
        Map<String, NumberCheck> answered = open.call(c -> c.checkNumbers(check.phoneNumbers(), timeout));
        Map<String, NumberStatus> statuses = new HashMap<>();
        Map<String, String> whatsappNumbers = new HashMap<>();
        for (String number : check.phoneNumbers()) {
            NumberCheck found = answered.getOrDefault(number, NumberCheck.UNKNOWN);
            statuses.put(number, found.status());
            if (found.whatsappNumber() != null) {
                whatsappNumbers.put(number, found.whatsappNumber());
            }
            numbers.add(number, found);
        }
        return new Outcome.NumbersChecked(statuses, whatsappNumbers);
    }

    private static Optional<Completion> failed(FailureCode code, String detail) {
        return Optional.of(Completion.of(Outcome.Failed.of(code, detail)));
    }
}
