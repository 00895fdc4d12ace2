package dev.merpati.worker.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShardLeaseTest {
    private final AtomicLong now = new AtomicLong();
    private final ShardLease lease = TestLeases.lease(7, now::get);

    @Test
    void whatWasWrittenLongBeforeABreakIsNotLost() {
        long early = writtenAfter(Duration.ofMinutes(1));
        long late = writtenAfter(Duration.ofMinutes(1));
        writtenAfter(Duration.ofSeconds(5));

        now.addAndGet(Duration.ofHours(1).toNanos());
        lease.proven(1);

        assertThat(lease.mayHaveLost(early)).isFalse();
        assertThat(lease.mayHaveLost(late))
                .as("however long nobody could ask Kafka")
                .isTrue();
    }

    private long writtenAfter(Duration pause) {
        now.addAndGet(pause.toNanos());
        lease.confirmed(now.get());
        return lease.confirmedAt();
    }
}
