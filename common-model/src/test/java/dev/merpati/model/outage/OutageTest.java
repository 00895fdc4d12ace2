package dev.merpati.model.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutageTest {
    private final Exception failure = new IllegalStateException("away");

    private final AtomicLong now = new AtomicLong();
    private final Outage outage = new Outage("Redis", Duration.ofSeconds(5), now::get);

    @Test
    void tellsOnlyTheFirstFailureAndTheFirstSuccess() {
        assertThat(outage.succeeded()).isFalse();
        assertThat(outage.failed(failure)).isTrue();
        pass(60);
        assertThat(outage.failed(failure)).isFalse();
        pass(5);

        assertThat(outage.succeeded()).isTrue();
        assertThat(outage.succeeded()).isFalse();
        assertThat(outage.length()).isEqualTo(Duration.ofSeconds(60));
        assertThat(outage.failed(failure)).isTrue();
    }

    @Test
    void isNotOverWhileOtherCallsStillFail() {
        outage.failed(failure);
        pass(4);
        assertThat(outage.succeeded()).isFalse();
        assertThat(outage.failed(failure)).isFalse();
        pass(4);

        assertThat(outage.succeeded()).isFalse();
    }

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
