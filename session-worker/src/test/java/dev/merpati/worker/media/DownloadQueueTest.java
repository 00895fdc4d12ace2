package dev.merpati.worker.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.media.DownloadQueue.File;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DownloadQueueTest {
    private static final Outcome FETCHED = new Outcome.MediaFetched();

    private final UUID one = UUID.randomUUID();
    private final UUID two = UUID.randomUUID();
    private final Queue<Runnable> begun = new ArrayDeque<>();
    private final List<String> order = new ArrayList<>();
    private final Queue<Outcome> outcomes = new ArrayDeque<>();
    private DownloadQueue queue = queue(1, 10);

    @Test
    void sessionsTakeTurns() {
        CompletableFuture<Outcome> _ = queue.await(new File(one, "a1"));
        CompletableFuture<Outcome> _ = queue.await(new File(one, "a2"));
        CompletableFuture<Outcome> _ = queue.await(new File(one, "a3"));
        CompletableFuture<Outcome> _ = queue.await(new File(two, "b1"));
        CompletableFuture<Outcome> _ = queue.await(new File(two, "b2"));

        runAll();

        assertThat(order).containsExactly("a1", "a2", "b1", "a3", "b2");
    }

    @Test
    void aFileThatSeveralWaitForIsFetchedOnce() {
        CompletableFuture<Outcome> first = queue.await(new File(one, "a"));
        CompletableFuture<Outcome> second = queue.await(new File(one, "a"));
        second.cancel(true);

        runAll();

        assertThat(order).containsExactly("a");
        assertThat(first).isCompletedWithValue(FETCHED);
        assertThat(queue.await(new File(one, "a"))).isNotDone();
        assertThat(begun).as("a later request looks again").hasSize(1);
    }

    @Test
    void noMoreRunThanMay() {
        queue = queue(3, 10);
        for (int i = 0; i < 5; i++) {
            CompletableFuture<Outcome> _ = queue.await(new File(one, "a" + i));
        }

        assertThat(begun).hasSize(3);
        assertThat(queue.running()).isEqualTo(3);
        assertThat(queue.waiting()).isEqualTo(2);
        runAll();
        assertThat(queue.running()).isZero();
        assertThat(order).hasSize(5);
    }

    @Test
    void whatSomebodyWaitsForComesFirst() {
        queue.offer(new File(one, "x"));
        queue.offer(new File(one, "y"));
        queue.offer(new File(one, "z"));
        CompletableFuture<Outcome> _ = queue.await(new File(two, "b"));
        CompletableFuture<Outcome> _ = queue.await(new File(one, "z"));

        runAll();

        assertThat(order).containsExactly("x", "b", "z", "y");
    }

    @Test
    void whatNobodyWaitsForLeavesHalfOfThePlaces() {
        queue = queue(4, 10);
        for (int i = 0; i < 5; i++) {
            queue.offer(new File(one, "x" + i));
        }
        assertThat(queue.running()).isEqualTo(2);

        CompletableFuture<Outcome> _ = queue.await(new File(two, "b"));

        assertThat(queue.running()).isEqualTo(3);
        runAll();
        assertThat(order).hasSize(6);
    }

    @Test
    void onlySoManyWaitForNobody() {
        queue = queue(1, 1);
        assertThat(queue.offer(new File(one, "running"))).isTrue();
        assertThat(queue.offer(new File(one, "waiting"))).isTrue();
        assertThat(queue.offer(new File(one, "waiting"))).isTrue();

        assertThat(queue.offer(new File(one, "refused"))).isFalse();

        runAll();
        assertThat(order).containsExactly("running", "waiting");
    }

    /** In the background a file may be too large that is not for somebody who waits. */
    @Test
    void whoJoinsADownloadThatFailsForNobodyGetsOneOfTheirOwn() {
        queue.offer(new File(one, "a"));
        CompletableFuture<Outcome> joined = queue.await(new File(one, "a"));
        outcomes.add(Outcome.Failed.of(FailureCode.MEDIA_TOO_LARGE, "too large for now"));

        runAll();

        assertThat(order).containsExactly("a", "a");
        assertThat(joined).isCompletedWithValue(FETCHED);
        assertThat(queue.running()).isZero();
    }

    private void runAll() {
        while (!begun.isEmpty()) {
            begun.remove().run();
        }
    }

    private DownloadQueue queue(int parallel, int maxUnawaited) {
        return new DownloadQueue(parallel, maxUnawaited, begun::add, (file, _) -> {
            order.add(file.mediaId());
            Outcome outcome = outcomes.poll();
            return outcome == null ? FETCHED : outcome;
        });
    }
}
