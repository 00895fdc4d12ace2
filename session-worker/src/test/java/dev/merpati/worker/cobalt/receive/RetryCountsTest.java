package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.whatsapp.InMemoryRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetryCountsTest {
    private final InMemoryRecords records = new InMemoryRecords();
    private Instant now = Instant.parse("2026-11-27T12:00:00Z");

    private RetryCounts next() {
        return new RetryCounts(records, () -> now);
    }

    @Test
    void theNextConnectionGoesOnCounting() {
        RetryCounts counts = next();
        counts.set("A", 1);
        counts.set("A", 2);
        counts.set("B", 5);

        assertThat(next().of("A")).isEqualTo(2);
        assertThat(next().of("B")).isEqualTo(5);
        assertThat(next().of("C")).isZero();
    }

    @Test
    void nothingIsLeftOfMessagesThatCame() {
        RetryCounts counts = next();
        counts.set("A", 1);
        counts.remove("A");
        counts.remove("never asked for");

        assertThat(records.load(List.of("retries"))).isEmpty();
    }

    @Test
    void messagesThatNeverCameGoByAgeAndNumber() {
        RetryCounts counts = next();
        counts.set("old", 5);
        now = now.plus(RetryCounts.MAX_AGE).plus(Duration.ofSeconds(1));
        for (int i = 0; i < RetryCounts.MOST; i++) {
            counts.set("id" + i, 1);
        }
        assertThat(next().of("old")).isZero();
        assertThat(next().of("id0")).isEqualTo(1);

        counts.set("one more", 1);

        assertThat(next().of("id0")).isZero();
        assertThat(next().of("id1")).isEqualTo(1);
    }

    @Test
    void aDamagedRecordBeginsAnew() {
        records.save(Map.of("retries", new byte[] {0, 9, 1}));

        RetryCounts counts = next();
        assertThat(counts.of("A")).isZero();
        counts.set("A", 1);
        assertThat(next().of("A")).isEqualTo(1);
    }
}
