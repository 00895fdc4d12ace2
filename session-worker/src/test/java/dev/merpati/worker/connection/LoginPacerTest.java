package dev.merpati.worker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LoginPacerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<LoginPacer.Permit> admitted = new CopyOnWriteArrayList<>();

    @Test
    void admitsNoMoreThanMayLogInAtOnce() {
        LoginPacer pacer = new LoginPacer(10_000, 2);
        for (int i = 0; i < 5; i++) {
            pacer.admit(admitted::add);
        }
        await().atMost(PATIENCE).until(() -> admitted.size() == 2);
        await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(() -> admitted.size() == 2);

        admitted.getFirst().release();
        admitted.getFirst().release();

        await().atMost(PATIENCE).until(() -> admitted.size() == 3);
        await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(() -> admitted.size() == 3);
    }

    @Test
    void spreadsLoginsOverTime() {
        LoginPacer pacer = new LoginPacer(20, 100);
        long begun = System.nanoTime();
        for (int i = 0; i < 11; i++) {
            pacer.admit(admitted::add);
        }

        await().atMost(PATIENCE).until(() -> admitted.size() == 11);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }
}
