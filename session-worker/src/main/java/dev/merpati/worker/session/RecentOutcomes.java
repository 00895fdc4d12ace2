package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * Remembers how the latest messages ended of which something may have left, so that their outcomes can be stored again
 * when Redis has lost its last writes. Without that, a message that was sent could look as if it had never been begun.
 * Bounded in number. Thread-safe.
 */
final class RecentOutcomes {
    /** More than a server that writes its file every second, or a replica that is in step, can lose. */
    private static final Duration LOST_AT_MOST = Duration.ofSeconds(10);
    /** Beyond it nothing is stored again: the break had another reason. */
    private static final Duration KEPT_AT_MOST = Duration.ofHours(1);

    private static final int MOST = 4_000;

    private final InstantSource clock;
    private final Deque<Recent> recent = new ArrayDeque<>();

    RecentOutcomes(InstantSource clock) {
        this.clock = clock;
    }

    /** How a message ended, and when. */
    record Recent(CommandEnvelope envelope, Outcome outcome, Instant at) {}

    void add(CommandEnvelope envelope, Outcome outcome) {
        boolean mayHaveLeft = outcome instanceof Outcome.MessageSent
                || (outcome instanceof Outcome.Failed failed && failed.code() == FailureCode.NOT_ACKNOWLEDGED);
        if (!mayHaveLeft || !(envelope.command() instanceof Command.Send)) {
            return;
        }
        Instant now = clock.instant();
        synchronized (recent) {
            recent.addLast(new Recent(envelope, outcome, now));
            while (recent.size() > MOST || isBefore(recent.getFirst(), now.minus(LOST_AT_MOST))) {
                recent.removeFirst();
            }
        }
    }

    /** Those of a session, oldest first. */
    List<Recent> of(UUID sessionId) {
        Instant oldest = clock.instant().minus(KEPT_AT_MOST);
        synchronized (recent) {
            return recent.stream()
                    .filter(each -> each.envelope().sessionId().equals(sessionId) && !isBefore(each, oldest))
                    .toList();
        }
    }

    private static boolean isBefore(Recent each, Instant moment) {
        return each.at().isBefore(moment);
    }
}
