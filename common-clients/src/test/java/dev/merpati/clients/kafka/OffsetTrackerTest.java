package dev.merpati.clients.kafka;

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

class OffsetTrackerTest {

    @Test
    void hasNothingToCommitBeforeTheFirstRecord() {
        assertThat(new OffsetTracker().committable()).isEmpty();
    }

    @Test
    void staysAtTheFirstUnfinishedRecord() {
        OffsetTracker offsets = new OffsetTracker();
        offsets.begin(10, 0);
        offsets.begin(11, 0);
        offsets.begin(15, 0);

        offsets.finish(11);
        assertThat(offsets.committable()).hasValue(10);
        offsets.finish(10);
        assertThat(offsets.committable()).hasValue(15);
        offsets.finish(15);
        assertThat(offsets.committable()).hasValue(16);
    }

    @Test
    void refusesToGoBack() {
        OffsetTracker offsets = new OffsetTracker();
        offsets.begin(7, 0);

        assertThatThrownBy(() -> offsets.begin(7, 0)).hasMessageContaining("7");
    }

    @Test
    void tellsSinceWhenTheOldestIsUnderWay() {
        OffsetTracker offsets = new OffsetTracker();
        offsets.begin(1, 100);
        offsets.begin(2, 200);
        offsets.finish(1);

        assertThat(offsets.oldest()).hasValue(200);
        assertThat(offsets.inFlight()).isEqualTo(1);
    }

    /** Whatever the order: no unfinished record is ever committed, and nothing finished is held back for no reason. */
    @RepeatedTest(200)
    void holdsForEveryInterleaving(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        OffsetTracker offsets = new OffsetTracker();
        TreeSet<Long> begun = new TreeSet<>();
        List<Long> unfinished = new ArrayList<>();
        long next = random.nextInt(1_000);
        long committedBefore = -1;

        for (int step = 0; step < 500; step++) {
            if (unfinished.isEmpty() || random.nextInt(100) < 55) {
                offsets.begin(next, step);
                begun.add(next);
                unfinished.add(next);
                next += 1 + (random.nextInt(10) == 0 ? random.nextInt(5) : 0);
            } else {
                offsets.finish(unfinished.remove(random.nextInt(unfinished.size())));
            }

            OptionalLong committable = offsets.committable();
            long expected = unfinished.stream().mapToLong(Long::longValue).min().orElse(begun.last() + 1);
            assertThat(committable).as("seed %d, step %d", seed, step).hasValue(expected);
            assertThat(committable.getAsLong()).as("seed %d: never back", seed).isGreaterThanOrEqualTo(committedBefore);
            assertThat(offsets.inFlight()).isEqualTo(unfinished.size());
            committedBefore = committable.getAsLong();
        }
    }
}
