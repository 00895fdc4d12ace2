package dev.merpati.worker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.connection.LoginPacer.Lane;
import dev.merpati.worker.timing.ManualTimers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class LoginPacerTest {
    private final ManualTimers timers = new ManualTimers();
    private final List<LoginPacer.Permit> admitted = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    @Test
    void admitsNoMoreThanMayLogInAtOnce() {
        LoginPacer pacer = new LoginPacer(10_000, 2, timers, timers);
        for (int i = 0; i < 5; i++) {
            resume(pacer, "r" + i);
        }
        timers.advance(Duration.ofSeconds(1));
        assertThat(names).containsExactly("r0", "r1");

        admitted.getFirst().release();
        admitted.getFirst().release();
        timers.advance(Duration.ofSeconds(1));

        assertThat(names).containsExactly("r0", "r1", "r2");
    }

    @Test
    void spreadsLoginsOverTime() {
        LoginPacer pacer = new LoginPacer(20, 100, timers, timers);
        Instant begun = timers.instant();
        List<Duration> at = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pacer.admit(Lane.RESUMING, () -> true, _ -> at.add(Duration.between(begun, timers.instant())));
        }
        timers.advance(Duration.ofSeconds(1));

        assertThat(at)
                .containsExactly(Duration.ZERO, Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(150));
    }

    @Test
    void aSessionThatMovedAwayTakesNeitherATurnNorAPlace() {
        LoginPacer pacer = new LoginPacer(1, 1, timers, timers);
        Set<String> moved = ConcurrentHashMap.newKeySet();
        resume(pacer, "first");
        for (int i = 0; i < 1_000; i++) {
            String name = "moved" + i;
            pacer.admit(Lane.RESUMING, () -> !moved.contains(name), permit -> names.add(name));
            moved.add(name);
        }
        resume(pacer, "last");
        timers.run();
        admitted.getFirst().release();

        timers.advance(Duration.ofSeconds(1));

        assertThat(names).containsExactly("first", "last");
    }

    @Test
    void aPairingDoesNotWaitForAColdStart() {
        LoginPacer pacer = new LoginPacer(10, 2, timers, timers);
        for (int i = 0; i < 1_000; i++) {
            resume(pacer, "r" + i);
        }

        pacer.admit(Lane.PAIRING, () -> true, _ -> names.add("pairing"));
        timers.run();

        assertThat(names).contains("pairing");
    }

    @Test
    void silentLoginsDoNotBlockTheOthersForLong() {
        LoginPacer pacer = new LoginPacer(10_000, 2, timers, timers);
        resume(pacer, "silent0");
        resume(pacer, "silent1");
        resume(pacer, "next");

        timers.advance(LoginPacer.PATIENCE.plusSeconds(1));

        assertThat(names).containsExactly("silent0", "silent1", "next");
    }

    private void resume(LoginPacer pacer, String name) {
        pacer.admit(Lane.RESUMING, () -> true, permit -> {
            names.add(name);
            admitted.add(permit);
        });
    }
}
