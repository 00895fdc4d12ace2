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
                new Outcome.MessageSent(null, null),
                new Outcome.SessionChanged(),
                new Outcome.MessageSent("551187654321", "3EB0AB"),
                new Outcome.NumbersChecked(
                        Map.of(
                                "5511987654321", NumberStatus.VALID,
                                "6289876543210", NumberStatus.INVALID,
                                "6285551234567", NumberStatus.UNKNOWN),
                        Map.of("5511987654321", "551187654321")),
                new Outcome.Failed(FailureCode.REJECTED, 463, "refused"),
                Outcome.Failed.of(FailureCode.EXPIRED, "too late"));
    }

    @Test
    void readsTheOutcomesOfAnOlderRelease() {
        assertThat(OutcomeCodec.decode("{\"type\":\"message-sent\"}")).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(OutcomeCodec.decode("{\"type\":\"numbers-checked\",\"statuses\":{\"6281\":\"VALID\"}}"))
                .isEqualTo(new Outcome.NumbersChecked(Map.of("6281", NumberStatus.VALID), Map.of()));
    }

    @Test
    void toleratesWhatOnlyANewerReleaseKnows() {
        Map<String, String> hash = Map.of(
                CommandRecord.TENANT, "acme",
                CommandRecord.SESSION, SESSION.toString(),
                CommandRecord.STATE, "POSTPONED",
                CommandRecord.OUTCOME, "{\"type\":\"message-postponed\",\"until\":7}",
                CommandRecord.RECEIPT, "PLAYED");

        assertThat(CommandRecord.fromHash(hash))
                .isEqualTo(new CommandRecord("acme", SESSION, CommandState.STARTED, new Outcome.Unrecognized(), null));
        assertThat(OutcomeCodec.decode("{\"type\":\"failed\",\"code\":\"HELD\",\"detail\":\"x\"}"))
                .isEqualTo(Outcome.Failed.of(FailureCode.UNKNOWN, "x"));
        assertThat(OutcomeCodec.decode("{\"type\":\"numbers-checked\",\"statuses\":{\"6281\":\"BUSINESS\"}}"))
                .isEqualTo(new Outcome.NumbersChecked(Map.of("6281", NumberStatus.UNKNOWN), Map.of()));
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
