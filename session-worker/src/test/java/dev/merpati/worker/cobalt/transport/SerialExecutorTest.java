package dev.merpati.worker.cobalt.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.testlogging.ExpectErrors;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
    private final SerialExecutor executor = new SerialExecutor("test");

    @Test
    void runsTasksInOrderOnVirtualThreads() {
        List<Integer> done = new CopyOnWriteArrayList<>();
        List<Boolean> virtual = new CopyOnWriteArrayList<>();

        IntStream.range(0, 1000)
                .forEach(i -> executor.execute(() -> {
                    done.add(i);
                    virtual.add(Thread.currentThread().isVirtual());
                }));

        await().atMost(Duration.ofMinutes(1)).until(() -> done.size() == 1000);
        assertThat(done).isSorted();
        assertThat(virtual).containsOnly(true);
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.worker", message = "IllegalStateException")
    void aTaskThatThrowsDoesNotKeepTheNextFromRunning() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        executor.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        executor.execute(reached::countDown);

        assertThat(reached.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }
}
