package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.whatsapp.CloseReason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ListenerQueueTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger received = new AtomicInteger();
    private final RecordingListener listener = new RecordingListener() {
        @Override
        public void receipt(String messageId, Receipt receipt) {
            received.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    };
    private final ListenerQueue queue = new ListenerQueue(listener);

    @Test
    void aReceiptThatBlocksDelaysNoOtherEvent() {
        queue.receipt("A", Receipt.READ);
        await().atMost(LONG).until(() -> received.get() == 1);

        queue.call(l -> l.connected("628000000001"));
        queue.close(CloseReason.CLOSED);
        queue.awaitClosed(LONG);

        assertThat(listener.connected).containsExactly("628000000001");
        assertThat(listener.closed).containsExactly(CloseReason.CLOSED);
        release.countDown();
    }

    @Test
    void receiptsThatWaitAreBounded() {
        queue.receipt("first", Receipt.READ);
        await().atMost(LONG).until(() -> received.get() == 1);
        for (int i = 0; i < 5_000; i++) {
            queue.receipt("id" + i, Receipt.DELIVERED);
        }

        release.countDown();

        await().atMost(LONG).until(() -> received.get() == 1_001);
        await().during(Duration.ofMillis(200)).atMost(LONG).until(() -> received.get() == 1_001);
    }
}
