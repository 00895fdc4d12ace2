package dev.merpati.model.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.number.NumberStatus;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandRecordTest {
    private static final UUID SESSION = UUID.fromString("6f1c6a52-9a6c-4a08-8d7a-1f2f2b1e5a77");

    static List<Outcome> everyOutcome() {
        return List.of(
                new Outcome.MessageSent(),
                new Outcome.SessionChanged(),
                new Outcome.NumbersChecked(Map.of(
                        "6281234567890", NumberStatus.VALID,
                        "6289876543210", NumberStatus.INVALID,
                        "6285551234567", NumberStatus.UNKNOWN)),
                new Outcome.Failed(FailureCode.REJECTED, 463, "refused"),
                Outcome.Failed.of(FailureCode.EXPIRED, "too late"));
    }

    @ParameterizedTest
    @MethodSource("everyOutcome")
    void readsBackEveryOutcome(Outcome outcome) {
        Map<String, String> hash = Map.of(
                CommandRecord.TENANT, "acme",
                CommandRecord.SESSION, SESSION.toString(),
                CommandRecord.STATE, "SUCCEEDED",
                CommandRecord.OUTCOME, OutcomeCodec.encode(outcome),
                CommandRecord.RECEIPT, "READ");

        assertThat(CommandRecord.fromHash(hash))
                .isEqualTo(new CommandRecord("acme", SESSION, CommandState.SUCCEEDED, outcome, Receipt.READ));
    }

    @Test
    void hasNoOutcomeWhileItIsQueued() {
        Map<String, String> hash = Map.of(
                CommandRecord.TENANT, "acme", CommandRecord.SESSION, SESSION.toString(), CommandRecord.STATE, "QUEUED");

        assertThat(CommandRecord.fromHash(hash))
                .isEqualTo(new CommandRecord("acme", SESSION, CommandState.QUEUED, null, null));
    }

    @Test
    void doesNotExistWhenRedisHasNoSuchKey() {
        assertThat(CommandRecord.fromHash(Map.of())).isNull();
    }
}
