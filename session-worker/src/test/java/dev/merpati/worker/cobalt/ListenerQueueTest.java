package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.whatsapp.CloseReason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ListenerQueueTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final RecordingListener listener = new RecordingListener();
    private final ListenerQueue queue = new ListenerQueue(listener);

    @Test
    void whatBlocksWhileItIsTakenDelaysNoOtherEvent() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        Thread taking = Thread.ofVirtual()
                .start(() -> queue.take(_ -> {
                    begun.incrementAndGet();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        await().atMost(LONG).until(() -> begun.get() == 1);

        queue.call(l -> l.connected("628000000001"));
        queue.close(CloseReason.CLOSED);
        queue.awaitClosed(LONG);

        assertThat(listener.connected).containsExactly("628000000001");
        assertThat(listener.closed).containsExactly(CloseReason.CLOSED);
        assertThat(taking.isAlive()).isTrue();
        release.countDown();
    }

    @Test
    void nothingIsTakenAfterTheEnd() {
        queue.close(CloseReason.CLOSED);
        queue.awaitClosed(LONG);

        assertThatThrownBy(() -> queue.take(_ -> {})).isInstanceOf(IllegalStateException.class);
    }
}
