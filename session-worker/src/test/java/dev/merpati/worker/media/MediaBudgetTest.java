package dev.merpati.worker.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class MediaBudgetTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration NONE = Duration.ZERO;

    private final MediaBudget budget = new MediaBudget(100);
    private final List<String> served = new CopyOnWriteArrayList<>();

    @Test
    void leavesAsMuchForOthersAsATenantHolds() {
        assertThat(acquire("greedy", 25)).isTrue();
        assertThat(acquire("greedy", 25)).isTrue();
        assertThat(acquire("greedy", 25)).as("it would hold 75 of 100").isFalse();

        assertThat(acquire("other", 50)).isTrue();
    }

    @Test
    void givesATenantThatHoldsNothingAllThatIsFree() {
        assertThat(acquire("t", 100)).isTrue();
        budget.release(turn("t", 0), 100);
        assertThat(budget.free()).isEqualTo(100);
    }

    @Test
    void servesWhoHoldsLeastBeforeWhoCameFirst() {
        acquire("full", 100);
        wait("greedy", 30, 1, "greedy 1");
        wait("greedy", 30, 2, "greedy 2");
        wait("late", 30, 9, "late 1");

        budget.release(turn("full", 0), 40);
        await().atMost(PATIENCE).until(() -> served.size() == 1);
        assertThat(served).as("nobody else holds anything, so the oldest").containsExactly("greedy 1");
        budget.release(turn("full", 0), 60);
        await().atMost(PATIENCE).until(() -> served.size() == 2);
        assertThat(served).containsExactly("greedy 1", "late 1");
        budget.release(turn("greedy", 0), 30);
        await().atMost(PATIENCE).until(() -> served.size() == 3);
    }

    @Test
    void letsNobodyPassALargeFile() {
        acquire("a", 40);
        acquire("b", 30);
        wait("c", 50, 1, "large");
        wait("c", 10, 2, "small");

        assertThat(acquire("d", 10))
                .as("30 are free, but the large one is before")
                .isFalse();
        budget.release(turn("a", 0), 40);

        await().atMost(PATIENCE).until(() -> served.contains("large"));
        assertThat(served).startsWith("large");
    }

    @Test
    void keepsThePlaceOfOneWhoGaveUpAndCameAgain() {
        acquire("full", 100);
        assertThat(budget.acquire(turn("t", 1), 30, NONE)).isFalse();
        wait("t", 30, 2, "second");
        wait("t", 30, 1, "first again");

        budget.release(turn("full", 0), 30);

        await().atMost(PATIENCE).until(() -> served.size() == 1);
        assertThat(served).containsExactly("first again");
        budget.release(turn("full", 0), 70);
        await().atMost(PATIENCE).until(() -> served.size() == 2);
    }

    @Test
    void goesOnWhenTheFirstGivesUp() {
        acquire("a", 40);
        acquire("b", 30);
        Thread large = wait("c", 50, 1, "large");
        wait("d", 30, 2, "small");

        large.interrupt();

        await().atMost(PATIENCE).until(() -> served.equals(List.of("small")));
        budget.release(turn("a", 0), 40);
        budget.release(turn("b", 0), 30);
        budget.release(turn("d", 0), 30);
        assertThat(budget.free()).isEqualTo(100);
    }

    private boolean acquire(String tenant, long bytes) {
        return budget.acquire(turn(tenant, 100), bytes, NONE);
    }

    /** Returns when the thread waits; notes who was served, in order. */
    private Thread wait(String tenant, long bytes, long since, String name) {
        Thread thread = Thread.ofPlatform().start(() -> {
            if (budget.acquire(turn(tenant, since), bytes, PATIENCE)) {
                served.add(name);
            }
        });
        await().atMost(PATIENCE).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
    }

    private static MediaLoader.Turn turn(String tenant, long since) {
        return new MediaLoader.Turn(tenant, Instant.ofEpochSecond(since));
    }
}
