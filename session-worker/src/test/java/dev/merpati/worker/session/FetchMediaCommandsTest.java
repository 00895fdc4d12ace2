package dev.merpati.worker.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.media.TestReceived;
import dev.merpati.worker.session.SessionFixture.Offered;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.ReuploadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Received files: fetched beside everything else that a session does. */
class FetchMediaCommandsTest extends SessionCommands {
    /** How many files of a session are fetched at a time. */
    private static final int AT_ONCE = 16;

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

    @Test
    void whatWhatsAppDoesNotKeepIsAskedOfThePhone() {
        online();
        Offered fetch = expired("m1");
        fixture.whatsApp.reuploadOf("3EB0ABCDEF").complete(new ReuploadResult.Uploaded("/v/t62/again?oh=2"));
        await().atMost(PATIENCE).until(() -> fixture.received.fetchedAgain.containsKey("m1"));
        assertThat(requireNonNull(fixture.received.references.get("m1")).media().directPath())
                .isEqualTo("/v/t62/again?oh=2");
        requireNonNull(fixture.received.fetchedAgain.get("m1")).complete(new Outcome.MediaFetched());

        awaitFinished(fetch);
        assertThat(outcomeOf(fetch)).isEqualTo(new Outcome.MediaFetched());
    }

    @Test
    void whatThePhoneDoesNotHaveEitherHasExpired() {
        online();
        Offered fetch = expired("m1");
        fixture.whatsApp.reuploadOf("3EB0ABCDEF").complete(new ReuploadResult.Refused("lost"));

        awaitFinished(fetch);
        assertFailed(fetch, FailureCode.MEDIA_EXPIRED);
    }

    @Test
    void aPhoneThatIsAwayIsNotWaitedForButWhatItUploadsLaterIsFetched() {
        online();
        Offered fetch = expired("m1");
        await().atMost(PATIENCE)
                .until(() -> fixture.whatsApp.reuploadsRequested().contains("3EB0ABCDEF"));
        fixture.timers.advance(Duration.ofSeconds(21));

        awaitFinished(fetch);
        assertThat(outcomeOf(fetch)).isEqualTo(new Outcome.MediaRequested());

        fixture.whatsApp.reuploadOf("3EB0ABCDEF").complete(new ReuploadResult.Uploaded("/v/t62/again?oh=2"));
        await().atMost(PATIENCE).until(() -> fixture.received.fetchedAgain.containsKey("m1"));
    }

    /** Nor do they hold up files that WhatsApp still has: those wait for the same places. */
    @Test
    void manyFilesOfAPhoneThatIsAwayWaitForItOnce() {
        online();
        List<Offered> fetches = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            fetches.add(askedOfPhone("m" + i));
        }
        for (int i = 0; i < MAILBOX_SIZE; i++) {
            fetches.add(expired("more" + i, "3EB0more" + i));
        }
        fixture.timers.advance(Duration.ofSeconds(21));
        await().atMost(PATIENCE)
                .until(() -> fixture.whatsApp.reuploadsRequested().size() == AT_ONCE + MAILBOX_SIZE);
        fixture.timers.advance(Duration.ofSeconds(2));

        fetches.forEach(fetch -> await().atMost(PATIENCE).untilTrue(fetch.finished()));
        assertThat(fetches).extracting(this::outcomeOf).containsOnly(new Outcome.MediaRequested());
    }

    @Test
    void aPhoneThatAnswersAgainIsWaitedForAsBefore() {
        online();
        Offered first = askedOfPhone("m1");
        fixture.timers.advance(Duration.ofSeconds(21));
        awaitFinished(first);
        fixture.whatsApp.reuploadOf("3EB0m1").complete(new ReuploadResult.Refused("lost"));

        Offered second = askedOfPhone("m2");
        fixture.timers.advance(Duration.ofSeconds(15));
        await().during(Duration.ofMillis(500)).until(() -> !second.finished().get());
        fixture.whatsApp.reuploadOf("3EB0m2").complete(new ReuploadResult.Refused("lost"));

        awaitFinished(second);
        assertFailed(second, FailureCode.MEDIA_EXPIRED);
    }

    private Offered askedOfPhone(String mediaId) {
        Offered fetch = expired(mediaId, "3EB0" + mediaId);
        await().atMost(PATIENCE)
                .until(() -> fixture.whatsApp.reuploadsRequested().contains("3EB0" + mediaId));
        return fetch;
    }

    private Offered expired(String mediaId, String messageId) {
        fixture.received.references.put(
                mediaId, new ReceivedReference(messageId, "from 628111222333@s.whatsapp.net", TestReceived.image()));
        fixture.received.fetch(fixture.id, mediaId).complete(Outcome.Failed.of(FailureCode.MEDIA_EXPIRED, "gone"));
        return offer(mediaId, new Command.FetchMedia(mediaId));
    }

    @Test
    void aConnectionThatEndsLosesTheAnswerOfThePhone() {
        online();
        Offered fetch = expired("m1");
        fixture.whatsApp.reuploadOf("3EB0ABCDEF").complete(new ReuploadResult.Unanswered("over"));

        awaitFinished(fetch);
        assertFailed(fetch, FailureCode.MEDIA_UNREACHABLE);
    }

    /** Nobody can be asked: the session shows a code, or the message came to an older release. */
    @Test
    void whatNobodyCanBeAskedForHasExpired() {
        Offered unlinked = expired("m1");
        awaitFinished(unlinked);
        assertFailed(unlinked, FailureCode.MEDIA_EXPIRED);

        online();
        fixture.received.references.put("m2", new ReceivedReference("", "", TestReceived.image()));
        Offered unknown = offer("B", new Command.FetchMedia("m2"));
        awaitFetched("m2").complete(Outcome.Failed.of(FailureCode.MEDIA_EXPIRED, "gone"));
        awaitFinished(unknown);
        assertFailed(unknown, FailureCode.MEDIA_EXPIRED);
        assertThat(fixture.whatsApp.reuploadsRequested()).isEmpty();
    }

    private Offered expired(String mediaId) {
        fixture.received.references.put(mediaId, TestReceived.reference());
        Offered fetch = offer("A", new Command.FetchMedia(mediaId));
        awaitFetched(mediaId).complete(Outcome.Failed.of(FailureCode.MEDIA_EXPIRED, "gone"));
        return fetch;
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
