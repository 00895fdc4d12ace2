package dev.merpati.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginRateTest {
    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(100);

    private final LoginRate rate = new LoginRate();

    @ParameterizedTest
    @CsvSource({"30, 2", "200, 3", "200, 4", "1000, 3"})
    void allSessionsAtOnceAreAHerd(int sessions, int workers) {
        // As fast as a small machine can, which is a second and a half for some hundred logins.
        logIn(sessions, Math.max(10, sessions / 15));

        assertThat(LoginPace.of(sessions, workers).isHerd(rate.peakPerSecond()))
                .as("%s per second", rate.peakPerSecond())
                .isTrue();
        assertThat(rate.logins()).isEqualTo(sessions);
    }

    @ParameterizedTest
    @CsvSource({"30, 2", "200, 3", "1000, 3"})
    void workersThatKeepThePaceAreNoHerd(int sessions, int workers) {
        LoginPace pace = LoginPace.of(sessions, workers);
        double perStep = pace.perWorker() * workers / 10.0;

        long steps = Math.round(sessions / perStep);
        for (long step = 0; step <= steps; step++) {
            rate.add(step * STEP, Math.min(sessions, (long) Math.ceil(step * perStep)));
        }

        assertThat(pace.isHerd(rate.peakPerSecond()))
                .as("%s per second, allowed %s", rate.peakPerSecond(), pace.limit())
                .isFalse();
    }

    /** Nothing arrives for a second, and then what was begun meanwhile arrives at once. */
    @ParameterizedTest
    @CsvSource({"30, 2", "200, 3", "1000, 3"})
    void aMachineThatStandsStillForASecondMakesNoHerd(int sessions, int workers) {
        LoginPace pace = LoginPace.of(sessions, workers);
        double perStep = pace.perWorker() * workers / 10.0;

        for (long step = 0; step <= 60; step++) {
            long arrived = step > 20 && step < 30 ? 20 : step;
            rate.add(step * STEP, Math.min(sessions, (long) Math.ceil(arrived * perStep)));
        }

        assertThat(pace.isHerd(rate.peakPerSecond()))
                .as("%s per second, allowed %s", rate.peakPerSecond(), pace.limit())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"30, 2", "200, 3"})
    void aWatcherThatIsLateStillSeesAHerdAsTheMeanOfItsPause(int sessions, int workers) {
        rate.add(0, 0);
        rate.add(15 * STEP, sessions);

        assertThat(LoginPace.of(sessions, workers).isHerd(rate.peakPerSecond())).isTrue();
    }

    private void logIn(int sessions, int perStep) {
        long step = 0;
        for (long count = 0; count < sessions; count += perStep) {
            rate.add(step++ * STEP, count);
        }
        rate.add(step * STEP, sessions);
    }
}
