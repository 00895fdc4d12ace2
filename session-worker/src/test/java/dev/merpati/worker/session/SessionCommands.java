package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.MediaKind;
import dev.merpati.model.command.MediaReference;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.session.SessionFixture.Offered;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A session that commands are offered to, and how a test waits for them. */
abstract class SessionCommands {
    static final Duration PATIENCE = Duration.ofMinutes(1);
    static final Duration LIFE = Duration.ofMinutes(1);
    static final int MAILBOX_SIZE = 5;

    final SessionFixture fixture = new SessionFixture(
            "merpati.worker.commands.initial-backoff", "10ms",
            "merpati.worker.commands.max-backoff", "10ms",
            "merpati.worker.commands.mailbox-size", Integer.toString(MAILBOX_SIZE),
            "merpati.worker.connections.start-jitter", "0s",
            "merpati.worker.connections.unlink-timeout", "200ms");
    final Session session = fixture.session();

    void online() {
        session.start();
        await().atMost(PATIENCE).until(() -> {
            fixture.timers.advance(Duration.ofMillis(1));
            return !fixture.whatsApp.connections(fixture.id).isEmpty();
        });
        fixture.whatsApp.scan(fixture.id);
        await().atMost(PATIENCE).until(() -> {
            fixture.timers.advance(Duration.ofMillis(1));
            return fixture.store.views.getLast().phoneNumber() != null;
        });
    }

    Offered offer(Command.Send send) {
        return offer(((Command.SendText) send).text(), send);
    }

    Offered offer(String id, Command command) {
        Offered offered = fixture.command(id, command, LIFE);
        session.offer(offered.task());
        return offered;
    }

    /** A message whose text is its id, too. */
    static Command.SendText text(String id) {
        return new Command.SendText("390000", id, true);
    }

    static Command.SendMedia file() {
        return new Command.SendMedia(
                "390000", new MediaReference("id", MediaKind.AUDIO, "sha", 1, "audio/mpeg", "a.mp3"), "caption", true);
    }

    Outcome outcomeOf(Offered command) {
        Outcome outcome = fixture.store.outcomes.get(command.id());
        assertThat(outcome).isNotNull();
        return Objects.requireNonNull(outcome);
    }

    void assertFailed(Offered command, FailureCode code) {
        assertThat(outcomeOf(command))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(code));
    }

    void awaitFinished(Offered command) {
        awaitOnMovingClock(command.finished()::get);
    }

    /** The waits between two tries end on the fixture's clock. */
    void awaitOnMovingClock(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(5)).atMost(PATIENCE).until(() -> {
            fixture.timers.advance(Duration.ofMillis(2));
            return condition.call();
        });
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean _ = latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
