package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.SendResult;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The common pool is as small as the machine and everybody's: a session must not depend on a thread of it. */
@Tag("heavy")
class BusyCommonPoolIT {

    @Test
    void pairingAndSendingNeedNoThreadOfTheCommonPool() {
        CountDownLatch release = new CountDownLatch(1);
        try (World world = new World()) {
            for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
                ForkJoinPool.commonPool().execute(() -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            try (World.Session session = world.pair()) {
                assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                        .isInstanceOf(SendResult.Acknowledged.class);
            } finally {
                release.countDown();
            }
        }
    }
}
