package dev.merpati.worker.cobalt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.cobalt.ListenerQueue;
import dev.merpati.worker.cobalt.RecordingListener;
import dev.merpati.worker.whatsapp.Credentials;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes may wait for long, failures not. */
class CredentialKeeperTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final RecordingListener listener = new RecordingListener();

    private CredentialKeeper keeper(Duration delay) {
        return new CredentialKeeper(
                new ListenerQueue(listener),
                timer,
                delay,
                settled -> new Credentials(new byte[0], new byte[0], settled));
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void whatMustBeSavedAtOnceIsTriedAgainSoon() throws Exception {
        listener.refusedSaves.set(1);

        keeper(LONG).save().get(30, TimeUnit.SECONDS);

        assertThat(listener.saved).hasSize(1);
    }

    @Test
    void changesThatCouldNotBeSavedAreTriedAgainSoon() {
        listener.refusedSaves.set(1);

        keeper(Duration.ofMillis(20)).changed();

        await().atMost(Duration.ofSeconds(30)).until(() -> listener.saved.size() == 1);
    }

    @Test
    void changesAreSavedTogether() {
        CredentialKeeper keeper = keeper(Duration.ofMillis(200));

        keeper.changed();
        keeper.changed();

        await().atMost(Duration.ofSeconds(30)).until(() -> listener.saved.size() == 1);
        await().during(Duration.ofMillis(400)).until(() -> listener.saved.size() == 1);
    }
}
