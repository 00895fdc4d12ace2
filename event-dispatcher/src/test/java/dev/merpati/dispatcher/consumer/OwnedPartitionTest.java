package dev.merpati.dispatcher.consumer;

import static dev.merpati.dispatcher.consumer.AppendingFixture.PATIENCE;
import static dev.merpati.dispatcher.consumer.AppendingFixture.offer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.testlogging.ExpectErrors;
import io.lettuce.core.RedisCommandExecutionException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.RedisSystemException;

class OwnedPartitionTest {
    private final AppendingFixture fixture = new AppendingFixture();
    private final CountDownLatch latch = new CountDownLatch(1);

    @Test
    void aTenantWhoseSlotIsAwayDelaysNoOther() {
        OwnedPartition partition = new OwnedPartition(fixture.appending());
        fixture.redis.fail("away", new RedisConnectionFailureException("away"));

        offer(partition, "here", 0);
        offer(partition, "away", 1);
        offer(partition, "here", 2);
        offer(partition, "away", 3);

        await().atMost(PATIENCE).until(() -> partition.pending() == 2);
        assertThat(fixture.told).containsExactly("here:1", "here:2");
        assertThat(finishedUpTo(partition)).as("the first that is missing").hasValue(1);
        fixture.redis.fail("away", null);
        await().atMost(PATIENCE).until(() -> partition.pending() == 0);
        assertThat(fixture.told).containsExactly("here:1", "here:2", "away:1", "away:2");
        assertThat(finishedUpTo(partition)).hasValue(4);
    }

    @Test
    void appendsInOneCallWhatComesWhileRedisAnswers() {
        OwnedPartition partition = new OwnedPartition(fixture.appending());
        fixture.redis.block("t", latch);
        offer(partition, "t", 0);
        await().atMost(PATIENCE).until(() -> partition.pending() == 1);
        for (int i = 1; i <= 250; i++) {
            offer(partition, "t", i);
        }
        latch.countDown();

        await().atMost(PATIENCE).until(() -> partition.pending() == 0);
        assertThat(fixture.redis.batches("t").stream().mapToInt(size -> size).sum())
                .isEqualTo(251);
        assertThat(fixture.redis.batches("t")).hasSizeLessThanOrEqualTo(4).allMatch(size -> size <= 100);
        assertThat(fixture.told).hasSize(251).startsWith("t:1", "t:2").endsWith("t:250", "t:251");
    }

    @Test
    void tellsNothingOnceItIsClosed() {
        OwnedPartition partition = new OwnedPartition(fixture.appending());
        fixture.redis.block("t", latch);
        offer(partition, "t", 0);
        offer(partition, "t", 1);
        await().atMost(PATIENCE).until(() -> fixture.redis.held() == 1);

        partition.stop();
        partition.awaitIdle(Duration.ofMillis(20));
        partition.close();
        latch.countDown();

        partition.awaitIdle(PATIENCE);
        assertThat(fixture.redis.batches("t")).as("what was under way").hasSize(1);
        assertThat(fixture.told).isEmpty();
    }

    @Test
    void beginsNothingMoreOnceItIsStopped() {
        OwnedPartition partition = new OwnedPartition(fixture.appending());
        fixture.redis.fail("t", new RedisConnectionFailureException("away"));
        offer(partition, "t", 0);

        partition.stop();
        partition.awaitIdle(PATIENCE);
        fixture.redis.fail("t", null);

        assertThat(partition.pending()).as("to be read again").isEqualTo(1);
        assertThat(finishedUpTo(partition)).isEmpty();
        assertThat(fixture.redis.batches("t")).isEmpty();
    }

    @Test
    void appendsNothingAfterWhatRedisHasLost() {
        OwnedPartition partition = new OwnedPartition(fixture.appending());
        offer(partition, "t", 0);
        await().atMost(PATIENCE).until(() -> partition.pending() == 0);

        fixture.redis.forget();
        offer(partition, "t", 1);

        await().atMost(PATIENCE).until(() -> !fixture.continuity.isWhole());
        assertThat(partition.pending()).isEqualTo(1);
        partition.close();
        partition.awaitIdle(PATIENCE);
        assertThat(fixture.told).containsExactly("t:1");
        OwnedPartition next = new OwnedPartition(fixture.appending());
        offer(next, "t", 0);
        offer(next, "t", 1);
        await().atMost(PATIENCE).until(() -> next.pending() == 0);
        assertThat(fixture.letters.history()).isEmpty();
    }

    @Test
    void wantsNoMoreAtTheLimitUntilHalfOfItIsDone() {
        Appending appending = fixture.appending("max-pending-per-partition=10");
        OwnedPartition partition = new OwnedPartition(appending);
        CountDownLatch second = new CountDownLatch(1);
        fixture.redis.block("a", latch);
        fixture.redis.block("b", second);
        for (int i = 0; i < 9; i++) {
            offer(partition, i < 4 ? "a" : "b", i);
        }
        assertThat(partition.wantsRecords()).isTrue();
        offer(partition, "b", 9);
        assertThat(partition.wantsRecords()).isFalse();

        latch.countDown();
        await().atMost(PATIENCE).until(() -> partition.pending() == 6);
        assertThat(partition.wantsRecords()).as("more than half is left").isFalse();
        second.countDown();
        await().atMost(PATIENCE).until(() -> partition.pending() == 0);
        assertThat(partition.wantsRecords()).isTrue();
    }

    @Test
    void aPartitionThatWaitsForRedisDoesNotTakeAllRoom() {
        Appending appending = fixture.appending("max-pending-bytes=1MB");
        OwnedPartition stuck = new OwnedPartition(appending);
        OwnedPartition other = new OwnedPartition(appending);
        fixture.redis.block("a", latch);
        for (int i = 0; i < 1_100; i++) {
            offer(stuck, "a", i);
        }
        assertThat(stuck.wantsRecords()).isFalse();

        offer(other, "b", 0);
        await().atMost(PATIENCE).until(() -> other.pending() == 0);
        assertThat(other.wantsRecords()).isTrue();

        stuck.close();
        assertThat(appending.pendingBytes().hasRoom()).as("it counts no longer").isTrue();
        latch.countDown();
        stuck.awaitIdle(PATIENCE);
        assertThat(appending.pendingBytes().hasRoom()).isTrue();
    }

    @Test
    @ExpectErrors(
            logger = "dev.merpati.clients.kafka.DeadLetters",
            message = "a defect of the dispatcher: ArithmeticException")
    void anEventThatADefectKeepsOutTakesNoOtherWithIt() {
        OwnedPartition partition = new OwnedPartition(fixture.appending());
        fixture.redis.block("t", latch);
        offer(partition, "t", 0);
        await().atMost(PATIENCE).until(() -> partition.pending() == 1);
        offer(partition, "t", 1);
        offer(partition, "t", 2, Instant.MAX);
        offer(partition, "t", 3);
        latch.countDown();

        await().atMost(PATIENCE).until(() -> partition.pending() == 0);
        assertThat(fixture.told).containsExactly("t:1", "t:2", "t:3");
        assertThat(fixture.letters.history()).hasSize(1);
        assertThat(finishedUpTo(partition)).hasValue(4);
    }

    @Test
    @ExpectErrors(
            logger = "dev.merpati.clients.kafka.DeadLetters",
            message = "a defect of the dispatcher: ArithmeticException")
    void noEventPassesOneThatIsOnlyLate() {
        OwnedPartition partition = new OwnedPartition(fixture.appending());
        fixture.redis.block("t", latch);
        offer(partition, "t", 0);
        await().atMost(PATIENCE).until(() -> fixture.redis.held() == 1);
        for (int offset = 1; offset <= 5; offset++) {
            offer(partition, "t", offset, offset == 4 ? Instant.MAX : Instant.EPOCH);
        }
        // The first append of event 0 and, when the others are tried one by one, that of event 1.
        fixture.redis.failSingles(2);
        latch.countDown();

        await().atMost(PATIENCE).until(() -> partition.pending() == 0);
        assertThat(fixture.redis.offsets("t")).containsExactly(0L, 1L, 2L, 3L, 5L);
        assertThat(fixture.letters.history()).hasSize(1);
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.clients.kafka.DeadLetters", message = "its tenant's keys in Redis are damaged")
    void eventsOfATenantWhoseKeysAreDamagedAreSetAside() {
        OwnedPartition partition = new OwnedPartition(fixture.appending());
        fixture.redis.fail(
                "t", new RedisSystemException("no", new RedisCommandExecutionException("WRONGTYPE Operation")));

        offer(partition, "t", 0);
        offer(partition, "u", 1);

        await().atMost(PATIENCE).until(() -> partition.pending() == 0);
        assertThat(fixture.told).containsExactly("u:1");
        assertThat(fixture.letters.history()).singleElement().satisfies(letter -> {
            assertThat(letter.partition()).isZero();
            assertThat(new String(
                            letter.headers().lastHeader(DeadLetters.ORIGIN).value(), StandardCharsets.UTF_8))
                    .isEqualTo("events-0@0");
        });
    }

    /** What can be committed once its time has come. */
    private OptionalLong finishedUpTo(OwnedPartition partition) {
        fixture.now.addAndGet(Duration.ofHours(1).toNanos());
        return partition.committable();
    }
}
