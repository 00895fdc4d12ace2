package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.testlogging.ExpectErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ThreadFactory THREADS = Thread.ofVirtual().factory();

    private final List<Integer> handled = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    @Test
    void handlesInOrderOneAtATime() {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Mailbox<Integer> mailbox = new Mailbox<>(
                10_000,
                THREADS,
                item -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    handled.add(item);
                    atOnce.decrementAndGet();
                },
                () -> {});

        IntStream.range(0, 2_000).forEach(i -> assertThat(mailbox.offer(i)).isTrue());

        assertThat(mailbox.awaitIdle(PATIENCE)).isTrue();
        assertThat(handled).isEqualTo(IntStream.range(0, 2_000).boxed().toList());
        assertThat(most).hasValue(1);
    }

    @Test
    void losesNothingWhenManyOfferWhileItRunsDry() throws InterruptedException {
        ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
        Mailbox<Integer> mailbox = new Mailbox<>(100_000, THREADS, seen::add, () -> {});
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            producers.add(
                    Thread.ofPlatform().start(() -> IntStream.range(0, 5_000).forEach(mailbox::offer)));
        }
        for (Thread producer : producers) {
            producer.join();
        }

        assertThat(mailbox.awaitIdle(PATIENCE)).isTrue();
        assertThat(seen).hasSize(20_000);
    }

    @Test
    void refusesWhatDoesNotFitUnlessItMustNot() {
        Mailbox<Integer> mailbox = gated(2);
        mailbox.offer(0);
        await().atMost(PATIENCE).until(() -> handled.size() == 1);

        assertThat(mailbox.offer(1)).isTrue();
        assertThat(mailbox.offer(2)).isTrue();
        assertThat(mailbox.offer(3)).isFalse();
        assertThat(mailbox.force(4)).isTrue();

        gate.countDown();
        assertThat(mailbox.awaitIdle(PATIENCE)).isTrue();
        assertThat(handled).containsExactly(0, 1, 2, 4);
    }

    @Test
    void givesBackWhatWaits() {
        Mailbox<Integer> mailbox = gated(5);
        IntStream.range(0, 4).forEach(mailbox::offer);
        await().atMost(PATIENCE).until(() -> handled.size() == 1);

        assertThat(mailbox.clear()).containsExactly(1, 2, 3);

        gate.countDown();
        assertThat(mailbox.awaitIdle(PATIENCE)).isTrue();
        assertThat(handled).containsExactly(0);
    }

    @Test
    void stopsAfterWhatIsUnderWay() {
        Mailbox<Integer> mailbox = gated(5);
        IntStream.range(0, 4).forEach(mailbox::offer);
        await().atMost(PATIENCE).until(() -> handled.size() == 1);

        mailbox.stop();

        assertThat(mailbox.offer(9)).isFalse();
        assertThat(mailbox.awaitIdle(Duration.ofMillis(10))).isFalse();
        gate.countDown();
        assertThat(mailbox.awaitIdle(PATIENCE)).isTrue();
        assertThat(handled).containsExactly(0);
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.worker", message = "on purpose")
    void goesOnAfterAHandlerThatFailed() {
        Mailbox<Integer> mailbox = new Mailbox<>(
                5,
                THREADS,
                item -> {
                    handled.add(item);
                    if (item == 0) {
                        throw new IllegalStateException("on purpose");
                    }
                },
                () -> {});
        mailbox.offer(0);
        mailbox.offer(1);

        assertThat(mailbox.awaitIdle(PATIENCE)).isTrue();
        assertThat(handled).containsExactly(0, 1);
    }

    private Mailbox<Integer> gated(int capacity) {
        return new Mailbox<>(
                capacity,
                THREADS,
                item -> {
                    handled.add(item);
                    try {
                        boolean _ = gate.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                () -> {});
    }
}
