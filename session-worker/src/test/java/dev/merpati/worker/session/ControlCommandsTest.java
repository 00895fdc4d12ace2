package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.session.SessionFixture.Offered;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Commands that start, reconnect and delete a session. */
class ControlCommandsTest extends SessionCommands {
    @Test
    void aSessionThatNobodyConfirmedWaitsForItsCommand() {
        fixture.store.unconfirm(fixture.id);
        AtomicBoolean idle = new AtomicBoolean();
        Session unconfirmed = fixture.factory.create(fixture.id, fixture.lease, () -> idle.set(true));

        unconfirmed.start();
        await().atMost(PATIENCE).untilTrue(idle);
        assertThat(unconfirmed.isForgettable()).isTrue();

        Offered start = fixture.command("A", new Command.StartSession(), Duration.ofMinutes(1));
        unconfirmed.offer(start.task());
        awaitFinished(start);
        assertThat(unconfirmed.isForgettable()).isFalse();
        assertThat(fixture.store.records.get(fixture.id))
                .satisfies(record -> assertThat(record.unconfirmed()).isFalse());
    }

    @Test
    void reconnectCancelsWhatWaitsAndDoesNotWaitForIt() {
        online();
        fixture.whatsApp.whenSent((connection, _) -> connection.awaitEnd(PATIENCE));
        Offered stuck = offer(text("A"));
        await().atMost(PATIENCE).until(() -> fixture.whatsApp.messages().size() == 1);
        Offered waiting = offer(text("B"));

        Offered reconnect = offer("R", new Command.ReconnectSession());

        awaitFinished(reconnect);
        awaitFinished(waiting);
        awaitFinished(stuck);
        assertThat(outcomeOf(reconnect)).isEqualTo(new Outcome.SessionChanged());
        assertFailed(waiting, FailureCode.SESSION_NOT_CONNECTED);
        assertFailed(stuck, FailureCode.NOT_ACKNOWLEDGED);
    }

    @Test
    void deleteEndsEverythingAndForgetsTheSession() {
        online();
        fixture.whatsApp.whenSent((connection, _) -> connection.awaitEnd(PATIENCE));
        Offered stuck = offer(text("A"));
        await().atMost(PATIENCE).until(() -> fixture.whatsApp.messages().size() == 1);
        Offered waiting = offer(text("B"));

        Offered delete = offer("D", new Command.DeleteSession());

        awaitFinished(delete);
        awaitFinished(stuck);
        assertThat(outcomeOf(delete)).isEqualTo(new Outcome.SessionChanged());
        assertFailed(waiting, FailureCode.SESSION_DELETED);
        assertFailed(stuck, FailureCode.NOT_ACKNOWLEDGED);
        assertThat(fixture.store.outliving).contains("A");
        assertThat(fixture.store.records).isEmpty();
        assertThat(fixture.store.credentials).isEmpty();
        await().atMost(PATIENCE).until(session::isForgettable);
        Offered late = offer(text("C"));
        awaitFinished(late);
        assertFailed(late, FailureCode.SESSION_DELETED);
    }

    @Test
    void aMessageThatAnEarlierOwnerBeganIsNotDeniedWhenItsSessionIsGone() {
        fixture.store.records.clear();
        fixture.store.states.put("A", CommandState.STARTED);

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertFailed(send, FailureCode.NOT_ACKNOWLEDGED);
    }

    @Test
    void aDeletionIsNeverRefusedHoweverManyControlCommandsWait() {
        online();
        CountDownLatch claimed = new CountDownLatch(1);
        fixture.store.whenClaimed(() -> awaitQuietly(claimed));
        for (int i = 0; i < 40; i++) {
            offer("R" + i, new Command.ReconnectSession());
        }

        Offered delete = offer("D", new Command.DeleteSession());
        claimed.countDown();

        awaitFinished(delete);
        assertThat(outcomeOf(delete)).isEqualTo(new Outcome.SessionChanged());
        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void aDeletionThatWasMarkedAndLostIsMadeUpFor() {
        online();
        fixture.store.markDeleted(fixture.id);

        session.deleteIfMarked();

        awaitOnMovingClock(() -> fixture.store.records.isEmpty());
        assertThat(fixture.whatsApp.latest(fixture.id).isUnlinked()).isTrue();
        assertThat(fixture.store.credentials).isEmpty();
        await().atMost(PATIENCE).until(session::isForgettable);
    }

    @Test
    void aDeletionGoesOnWhereRedisFailedInItsMidst() {
        online();
        fixture.store.failDeletions(3);

        Offered delete = offer("D", new Command.DeleteSession());

        awaitFinished(delete);
        assertThat(outcomeOf(delete)).isEqualTo(new Outcome.SessionChanged());
        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void aDeletionThatItsOwnerDidNotFinishIsFinishedByTheNext() {
        online();
        fixture.store.markDeleted(fixture.id);
        fixture.store.failDeletions(Integer.MAX_VALUE);
        Offered delete = offer("D", new Command.DeleteSession());
        awaitOnMovingClock(() -> fixture.store.states.get("D") == CommandState.STARTED);
        session.abort();
        fixture.store.failDeletions(0);

        Session next = fixture.session();
        next.start();
        next.offer(delete.task());

        awaitFinished(delete);
        assertThat(outcomeOf(delete)).isEqualTo(new Outcome.SessionChanged());
        assertThat(fixture.store.records).isEmpty();
        assertThat(fixture.store.credentials).isEmpty();
    }

    @Test
    void aCommandWithdrawnByTheGatewayDoesNotReconnect() {
        online();
        fixture.store.states.put("R", CommandState.FAILED);
        fixture.store.outcomes.put("R", Outcome.Failed.of(FailureCode.WITHDRAWN, "taken back"));

        awaitFinished(offer("R", new Command.ReconnectSession()));

        assertThat(fixture.whatsApp.connections(fixture.id)).hasSize(1);
        assertThat(fixture.store.credentials).isNotEmpty();
    }
}
