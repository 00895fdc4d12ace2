package dev.merpati.chaos.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailoversTest {
    private static final Instant STRIKE = Instant.EPOCH.plusSeconds(100);

    @Test
    void countsFromTheStrikeToTheFirstAcknowledgement() {
        Failovers failovers =
                Failovers.of(List.of(sent("a", 1, 9, 1), sent("a", 3, 8, 1), sent("b", 2, 12, 1)), List.of(STRIKE));

        assertThat(failovers.sorted()).containsExactly(Duration.ofSeconds(8), Duration.ofSeconds(12));
        assertThat(failovers.longest()).contains(Duration.ofSeconds(12));
    }

    @Test
    void leavesOutSessionsThatNoticedNothing() {
        Failovers failovers =
                Failovers.of(List.of(sent("a", 1, 1, 1), sent("a", 5, 30, 1), sent("b", 1, 2, 2)), List.of(STRIKE));

        assertThat(failovers.sorted()).containsExactly(Duration.ofSeconds(2));
    }

    @Test
    void leavesOutWhatWasSentBeforeAndWhatWasNot() {
        Message refused = new Message(
                draft("b"), STRIKE, STRIKE.plusSeconds(9), null, 3, new KnownOutcome.Refused("503"), List.of());

        assertThat(Failovers.of(List.of(sent("a", -1, 9, 1), refused), List.of(STRIKE))
                        .sessions())
                .isZero();
    }

    @Test
    void countsEachStrikeFromItsOwnMoment() {
        Failovers failovers = Failovers.of(
                List.of(sent("a", 1, 5, 1), sent("a", 51, 54, 1)), List.of(STRIKE, STRIKE.plusSeconds(50)));

        assertThat(failovers.sorted()).containsExactly(Duration.ofSeconds(4), Duration.ofSeconds(5));
    }

    private static Message sent(String session, int start, int end, int attempts) {
        return new Message(
                draft(session),
                STRIKE.plusSeconds(start),
                STRIKE.plusSeconds(end),
                STRIKE.plusSeconds(end),
                attempts,
                new KnownOutcome.Sent("3EB0A"),
                List.of());
    }

    private static Draft draft(String session) {
        return new Draft(session, "1", "2", "text", null);
    }
}
