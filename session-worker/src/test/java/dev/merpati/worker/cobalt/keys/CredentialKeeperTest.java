package dev.merpati.worker.cobalt.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.ListenerQueue;
import dev.merpati.worker.cobalt.RecordingListener;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CredentialKeeperTest {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final RecordingListener listener = new RecordingListener();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void whatCouldNotBeSavedIsTriedAgain() throws Exception {
        SignalKeyStore signalKeys =
                new SignalKeyStore(Device.unlinked(UUID.randomUUID(), "Merpati").keys(), new InMemoryRecords());
        CredentialKeeper keeper = new CredentialKeeper(
                new ListenerQueue(listener),
                timer,
                Duration.ofMillis(20),
                signalKeys,
                _ -> new Credentials(new byte[0], new byte[0], Credentials.Sessions.IN_RECORDS));
        listener.refusedSaves.set(2);

        keeper.save().get(30, TimeUnit.SECONDS);

        assertThat(listener.saved).hasSize(1);
    }
}
