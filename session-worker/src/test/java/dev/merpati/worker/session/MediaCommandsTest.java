package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.session.SessionFixture.Offered;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Files: how long they are in memory and in the media store. */
class MediaCommandsTest extends SessionCommands {
    @Test
    void anAcknowledgedAudioIsNotDeniedBecauseOfItsText() {
        online();
        fixture.whatsApp.whenSent((_, _) -> new SendResult.PartlyAcknowledged("the text was refused"));

        Offered send = offer("A", file());

        awaitFinished(send);
        assertFailed(send, FailureCode.NOT_ACKNOWLEDGED);
        assertThat(fixture.whatsApp.messageIds()).containsExactly("A");
        assertThat(fixture.media.inMemory).hasValue(0);
    }

    @Test
    void aFileGoesWithItsCommandUnlessItsGatewayTookThatBackAndMaySendItAgain() {
        online();
        fixture.store.states.put("A", CommandState.FAILED);
        fixture.store.outcomes.put("A", Outcome.Failed.of(FailureCode.WITHDRAWN, "Kafka did not confirm it"));

        awaitFinished(offer("A", file()));
        assertThat(fixture.media.deletions).hasValue(0);
        assertThat(fixture.whatsApp.messageIds()).isEmpty();

        awaitFinished(offer("B", file()));
        assertThat(fixture.media.deletions).hasValue(1);
    }

    @Test
    void aFileWaitsForItsStoreAsLongAsItsTimeAllows() {
        online();
        fixture.media.failures.set(10);

        Offered send = offer("A", file());

        awaitFinished(send);
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(fixture.media.inMemory).hasValue(0);
    }

    @Test
    void aFileWhoseStoreStaysAwayIsNotADefect() {
        online();
        fixture.media.failures.set(Integer.MAX_VALUE);

        Offered send = fixture.command("A", file(), Duration.ofMillis(200));
        session.offer(send.task());

        awaitFinished(send);
        assertFailed(send, FailureCode.EXPIRED);
    }

    @Test
    void aFileIsLoadedOnceHoweverOftenItIsTried() {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((_, _) ->
                tries.getAndIncrement() < 4 ? new SendResult.NotSent("no") : new SendResult.Acknowledged(null, null));

        Offered send = offer("A", file());

        awaitFinished(send);
        assertThat(fixture.media.loads).hasValue(1);
        assertThat(fixture.media.inMemory).hasValue(0);
    }

    @Test
    void aFileLeavesMemoryWhenItsSessionIsAbortedDuringAnUpload() {
        online();
        fixture.whatsApp.whenSent((connection, _) -> {
            await().atMost(PATIENCE).until(() -> !connection.isOpen());
            return new SendResult.NotSent("the connection is ending");
        });
        Offered send = offer("A", file());
        await().atMost(PATIENCE).until(() -> fixture.media.inMemory.get() == 1);

        session.abort();

        await().atMost(PATIENCE).until(() -> fixture.media.inMemory.get() == 0);
        assertThat(send.finished()).isFalse();
    }

    @Test
    void aFileLeavesMemoryWhenTheConnectionIsLostAndWhenTheSessionMoves() {
        online();
        fixture.whatsApp.whenOpened(_ -> {});
        fixture.whatsApp.whenSent((connection, _) -> {
            connection.end(CloseReason.NETWORK);
            return new SendResult.NotSent("no");
        });

        Offered send = offer("A", file());

        awaitOnMovingClock(() -> fixture.media.loads.get() == 1 && fixture.media.inMemory.get() == 0);
        assertThat(send.finished()).isFalse();
        session.handOver(Duration.ofSeconds(1));
        assertThat(fixture.media.inMemory).hasValue(0);
    }
}
