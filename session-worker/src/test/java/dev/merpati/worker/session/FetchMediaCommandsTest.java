package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.session.SessionFixture.Offered;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Received files: fetched beside everything else that a session does. */
class FetchMediaCommandsTest extends SessionCommands {
    @Test
    void aFileIsFetchedWithoutAConnection() {
        Offered fetch = offer("A", new Command.FetchMedia("m1"));
        awaitFetched("m1").complete(new Outcome.MediaFetched());

        awaitFinished(fetch);
        assertThat(outcomeOf(fetch)).isEqualTo(new Outcome.MediaFetched());
    }

    @Test
    void whyItFailedIsTold() {
        Offered fetch = offer("A", new Command.FetchMedia("m1"));
        awaitFetched("m1").complete(Outcome.Failed.of(FailureCode.MEDIA_EXPIRED, "gone"));

        awaitFinished(fetch);
        assertFailed(fetch, FailureCode.MEDIA_EXPIRED);
    }

    /** A file may take minutes. */
    @Test
    void aFileHoldsUpNeitherMessagesNorOtherFiles() {
        online();
        Offered slow = offer("A", new Command.FetchMedia("slow"));
        CompletableFuture<Outcome> _ = awaitFetched("slow");

        Offered quick = offer("B", new Command.FetchMedia("quick"));
        awaitFetched("quick").complete(new Outcome.MediaFetched());
        awaitFinished(quick);
        awaitFinished(offer(text("C")));

        assertThat(slow.finished()).isFalse();
    }

    @Test
    void aFileOfASessionThatMovesIsLeftToTheNextOwner() {
        AtomicInteger idle = new AtomicInteger();
        Session moving = fixture.factory.create(fixture.id, fixture.lease, idle::incrementAndGet);
        Offered fetch = fixture.command("A", new Command.FetchMedia("m1"), LIFE);
        moving.offer(fetch.task());
        CompletableFuture<Outcome> _ = awaitFetched("m1");

        moving.handOver(Duration.ofMillis(100));
        await().atMost(PATIENCE).untilAtomic(idle, equalTo(1));

        assertThat(fetch.finished()).isFalse();
        assertThat(fixture.store.outcomes).doesNotContainKey("A");
    }

    @Test
    void aCommandThatCameTwiceIsAnsweredFromItsRecord() {
        fixture.store.states.put("A", CommandState.FAILED);
        fixture.store.outcomes.put("A", Outcome.Failed.of(FailureCode.MEDIA_CORRUPT, "another file"));

        Offered fetch = offer("A", new Command.FetchMedia("m1"));

        awaitFinished(fetch);
        assertFailed(fetch, FailureCode.MEDIA_CORRUPT);
        assertThat(fixture.received.fetched).isEmpty();
    }

    @Test
    void aCommandWhoseTimeIsUpFetchesNothing() {
        Offered fetch = fixture.command("A", new Command.FetchMedia("m1"), Duration.ZERO);
        session.offer(fetch.task());

        awaitFinished(fetch);
        assertFailed(fetch, FailureCode.EXPIRED);
        assertThat(fixture.received.fetched).isEmpty();
    }

    @Test
    void filesGoWithTheirSession() {
        online();

        awaitFinished(offer("A", new Command.DeleteSession()));

        assertThat(fixture.received.forgotten).containsExactly(fixture.id);
    }

    private CompletableFuture<Outcome> awaitFetched(String mediaId) {
        await().atMost(PATIENCE).until(() -> fixture.received.fetched.containsKey(mediaId));
        return fixture.received.fetch(fixture.id, mediaId);
    }
}
