package dev.merpati.model.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.number.NumberStatus;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeNoticeTest {
    private static final String ID = "3EB0AABBCCDDEEFF001122";

    @Test
    void bringsTheOutcome() {
        var failed = new OutcomeNotice(ID, Outcome.Failed.of(FailureCode.EXPIRED, "its time was up"));
        var checked = new OutcomeNotice(ID, new Outcome.NumbersChecked(Map.of("6281", NumberStatus.VALID), Map.of()));

        assertThat(OutcomeNotice.decode(failed.encode())).isEqualTo(failed);
        assertThat(OutcomeNotice.decode(checked.encode())).isEqualTo(checked);
    }

    @ParameterizedTest
    @ValueSource(strings = {ID, ID + " ", ID + " {\"type\":"})
    void mayLeaveTheOutcomeToTheRecord(String text) {
        assertThat(OutcomeNotice.decode(text)).isEqualTo(new OutcomeNotice(ID, null));
    }

    @Test
    void carriesAnOutcomeThatOnlyANewerReleaseKnows() {
        assertThat(OutcomeNotice.decode(ID + " {\"type\":\"of a later release\"}"))
                .isEqualTo(new OutcomeNotice(ID, new Outcome.Unrecognized()));
    }
}
