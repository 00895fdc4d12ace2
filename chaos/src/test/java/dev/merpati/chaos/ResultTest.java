package dev.merpati.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.chaos.fault.Fault;
import dev.merpati.chaos.inbound.InboundResult;
import dev.merpati.chaos.ledger.Draft;
import dev.merpati.chaos.ledger.Failovers;
import dev.merpati.chaos.ledger.KnownOutcome;
import dev.merpati.chaos.ledger.Message;
import dev.merpati.chaos.ledger.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTest {
    private static final InboundResult GOOD =
            new InboundResult(3, 3, 3, 0, 0, 0, 0, List.of(Duration.ofMillis(20)), Duration.ofMillis(40), List.of());

    @Test
    void someUnknownEndsAreGoodAndManyAreNot() {
        assertThat(result(100, 10).isGood()).isTrue();
        assertThat(result(100, 11).isGood()).isFalse();
        assertThat(result(100, 11).findings()).containsExactly("of 100 messages 11 ended unknown");
        assertThat(result(3, 1).isGood()).isTrue();
        assertThat(result(0, 0).isGood()).isFalse();
    }

    @Test
    void aResultLooksTheSameInBetweenAndInTheEnd() {
        Result result = result(100, 11);

        String between = printed(out -> Report.print(List.of(result), out));
        String end =
                printed(out -> assertThat(Report.printAll(List.of(result), out)).isFalse());

        assertThat(between).contains("| worker-killed |", "worker-killed is NOT GOOD:", "11 ended unknown");
        assertThat(end).contains(between);
    }

    private interface Printing {
        void to(PrintStream out);
    }

    private static String printed(Printing printing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        printing.to(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatTenantsDidNotGetIsNotGood() {
        InboundResult lost =
                new InboundResult(3, 2, 3, 1, 0, 0, 5, List.of(), Duration.ZERO, List.of("LOST in the post"));
        Result result = result(100, 0, lost);

        assertThat(result.isGood()).isFalse();
        assertThat(printed(
                        out -> assertThat(Report.printAll(List.of(result), out)).isFalse()))
                .contains("LOST in the post");
        assertThat(result(100, 0, new InboundResult(0, 0, 0, 0, 0, 0, 0, List.of(), Duration.ZERO, List.of()))
                        .isGood())
                .as("no phone wrote anything")
                .isFalse();
    }

    private static Result result(int sent, int unknown) {
        return result(sent, unknown, GOOD);
    }

    private static Result result(int sent, int unknown, InboundResult inbound) {
        Map<Message, Verdict> verdicts = new HashMap<>();
        for (int i = 0; i < sent; i++) {
            KnownOutcome outcome = i < unknown ? new KnownOutcome.Unknown("504") : new KnownOutcome.Sent("3EB0" + i);
            verdicts.put(
                    new Message(
                            new Draft("session", "1", "2", String.valueOf(i), null),
                            Instant.EPOCH,
                            Instant.EPOCH,
                            Instant.EPOCH,
                            1,
                            outcome,
                            List.of()),
                    Verdict.DELIVERED);
        }
        return new Result(Fault.WORKER_KILLED, verdicts, List.of(), 0, new Failovers(List.of()), 0, 0, inbound);
    }
}
