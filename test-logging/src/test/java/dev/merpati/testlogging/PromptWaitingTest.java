package dev.merpati.testlogging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptWaitingTest {
    @Test
    void looksSoonAtFirstAndThenLessOften() {
        assertThat(IntStream.rangeClosed(1, 8).mapToObj(PromptWaiting::pause).map(Duration::toMillis))
                .containsExactly(2L, 4L, 8L, 16L, 32L, 64L, 100L, 100L);
        assertThat(PromptWaiting.pause(Integer.MAX_VALUE)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void isWhatEveryWaitDoesThatSaysNothingElse() {
        List<Duration> pauses = new CopyOnWriteArrayList<>();
        AtomicInteger looks = new AtomicInteger();

        await().conditionEvaluationListener(look -> pauses.add(look.getPollInterval()))
                .until(() -> looks.incrementAndGet() == 4);

        assertThat(pauses).hasSize(4).allMatch(pause -> pause.compareTo(Duration.ofMillis(50)) < 0);
    }
}
