package dev.merpati.worker.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class OffsetFrontierTest {

    @Test
    void hasNothingToCommitBeforeTheFirstRecord() {
        assertThat(new OffsetFrontier().committable()).isEmpty();
    }

    @Test
    void staysAtTheFirstUnfinishedRecord() {
        OffsetFrontier frontier = new OffsetFrontier();
        frontier.begin(10, 0);
        frontier.begin(11, 0);
        frontier.begin(15, 0);

        frontier.finish(11);
        assertThat(frontier.committable()).hasValue(10);
        frontier.finish(10);
        assertThat(frontier.committable()).hasValue(15);
        frontier.finish(15);
        assertThat(frontier.committable()).hasValue(16);
    }

    @Test
    void refusesToGoBack() {
        OffsetFrontier frontier = new OffsetFrontier();
        frontier.begin(7, 0);

        assertThatThrownBy(() -> frontier.begin(7, 0)).hasMessageContaining("7");
    }

    @Test
    void tellsSinceWhenTheOldestIsUnderWay() {
        OffsetFrontier frontier = new OffsetFrontier();
        frontier.begin(1, 100);
        frontier.begin(2, 200);
        frontier.finish(1);

        assertThat(frontier.oldest()).hasValue(200);
        assertThat(frontier.inFlight()).isEqualTo(1);
    }

    /** Whatever the order: no unfinished record is ever committed, and nothing finished is held back for no reason. */
    @RepeatedTest(200)
    void holdsForEveryInterleaving(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        OffsetFrontier frontier = new OffsetFrontier();
        TreeSet<Long> begun = new TreeSet<>();
        List<Long> unfinished = new ArrayList<>();
        long next = random.nextInt(1_000);
        long committedBefore = -1;

        for (int step = 0; step < 500; step++) {
            if (unfinished.isEmpty() || random.nextInt(100) < 55) {
                frontier.begin(next, step);
                begun.add(next);
                unfinished.add(next);
                next += 1 + (random.nextInt(10) == 0 ? random.nextInt(5) : 0);
            } else {
                frontier.finish(unfinished.remove(random.nextInt(unfinished.size())));
            }

            OptionalLong committable = frontier.committable();
            long expected = unfinished.stream().mapToLong(Long::longValue).min().orElse(begun.last() + 1);
            assertThat(committable).as("seed %d, step %d", seed, step).hasValue(expected);
            assertThat(committable.getAsLong()).as("seed %d: never back", seed).isGreaterThanOrEqualTo(committedBefore);
            assertThat(frontier.inFlight()).isEqualTo(unfinished.size());
            committedBefore = committable.getAsLong();
        }
    }
}
