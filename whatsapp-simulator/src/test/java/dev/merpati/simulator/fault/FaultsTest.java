package dev.merpati.simulator.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private final Faults faults = new Faults();

    @Test
    void strikesAsOftenAsItSays() {
        faults.add(fault("1", FaultKind.ACK_DROP, null, 2));
        assertThat(faults.strike(FaultKind.ACK_DROP, "628")).isPresent();
        assertThat(faults.strike(FaultKind.ACK_DROP, "629")).isPresent();
        assertThat(faults.strike(FaultKind.ACK_DROP, "628")).isEmpty();
        assertThat(faults.list()).isEmpty();
        assertThat(faults.remove("1")).isFalse();
    }

    @Test
    void strikesUntilItIsRemoved() {
        faults.add(fault("1", FaultKind.ACK_DROP, null, null));
        IntStream.range(0, 100)
                .forEach(
                        _ -> assertThat(faults.strike(FaultKind.ACK_DROP, null)).isPresent());
        assertThat(faults.remove("1")).isTrue();
        assertThat(faults.strike(FaultKind.ACK_DROP, null)).isEmpty();
    }

    @Test
    void strikesOnlyItsKindAndSession() {
        faults.add(fault("1", FaultKind.ACK_DROP, "628", null));
        assertThat(faults.strike(FaultKind.ACK_ERROR, "628")).isEmpty();
        assertThat(faults.strike(FaultKind.ACK_DROP, "629")).isEmpty();
        assertThat(faults.strike(FaultKind.ACK_DROP, null)).isEmpty();
        assertThat(faults.strike(FaultKind.ACK_DROP, "628")).isPresent();
    }

    @Test
    void theOldestStrikesFirst() {
        faults.add(fault("1", FaultKind.ACK_DROP, null, 1));
        faults.add(fault("2", FaultKind.ACK_DROP, null, null));
        assertThat(faults.strike(FaultKind.ACK_DROP, null)).map(Fault::id).contains("1");
        assertThat(faults.strike(FaultKind.ACK_DROP, null)).map(Fault::id).contains("2");
    }

    @Test
    void neverStrikesTooOftenWhenManyAsk() {
        faults.add(fault("1", FaultKind.ACK_DROP, null, 500));
        AtomicInteger struck = new AtomicInteger();
        IntStream.range(0, 5000)
                .parallel()
                .forEach(_ -> faults.strike(FaultKind.ACK_DROP, null).ifPresent(_ -> struck.incrementAndGet()));
        assertThat(struck).hasValue(500);
    }

    @Test
    void everyKindHasANameThatLeadsBackToIt() {
        for (FaultKind kind : FaultKind.values()) {
            assertThat(FaultKind.ofWireName(kind.wireName())).contains(kind);
        }
        assertThat(FaultKind.ofWireName("nonsense")).isEmpty();
    }

    private static Fault fault(String id, FaultKind kind, @Nullable String session, @Nullable Integer times) {
        return new Fault(id, kind, session, times, 0, 0, 0);
    }
}
