package dev.merpati.clients.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class GroupConsumerTest {
    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final AtomicLong clock = new AtomicLong();
    /** The longest that each pause could have been, in ms. */
    private final List<Long> pauses = new CopyOnWriteArrayList<>();

    private final RandomGenerator shortest = new RandomGenerator() {
        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("a pause has a bound");
        }

        @Override
        public long nextLong(long bound) {
            pauses.add(bound - 1);
            return 0;
        }
    };

    @Test
    void pausesGrowWhileFailuresFollowEachOther() throws Exception {
        run(Duration.ZERO, Duration.ZERO, Duration.ofMillis(100), Duration.ZERO);

        assertThat(pauses).containsExactly(50L, 100L, 200L, 400L);
    }

    @Test
    void aFailureAfterAGoodTimeIsTheFirstAgain() throws Exception {
        run(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofHours(1), Duration.ZERO);

        assertThat(pauses).containsExactly(50L, 100L, 200L, 50L, 100L);
    }

    /** Runs a program whose consumers fail after these times. */
    private void run(Duration... lifetimes) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Queue<Duration> left = new ArrayDeque<>(List.of(lifetimes));
        GroupConsumer<PartitionState> program =
                new GroupConsumer<>(
                        new GroupSettings("program", "topic", "id", true, FIRST, FIRST, FIRST),
                        () -> {
                            throw new UnsupportedOperationException("attempts consume nothing here");
                        },
                        new ConsumerStatus(clock::get),
                        new Backoff(FIRST, LONGEST, shortest),
                        new SimpleMeterRegistry()) {
                    @Override
                    protected void checkTopic() {}

                    @Override
                    protected void attempt() {
                        clock.addAndGet(left.remove().toNanos());
                    }

                    @Override
                    protected boolean isEnding() {
                        return super.isEnding() || (left.isEmpty() && pauses.size() == lifetimes.length);
                    }

                    @Override
                    protected void ended(StopSignal stopping) {
                        ended.countDown();
                    }
                };
        program.start();
        assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        program.stop();
    }
}
