package dev.merpati.chaos.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeTest {
    private static final String TEXT = "the text";
    private static final String ID = "3EB0A";

    private final Arrivals arrivals = new Arrivals();
    private final Judge judge = new Judge(arrivals);

    @Test
    void whatIsAtThePhoneAsTheCustomerWasToldIsDelivered() {
        arrivals.add(TEXT, ID, 1);

        assertThat(judge.of(accepted(new Claim.Sent(ID)))).isEqualTo(Verdict.DELIVERED);
    }

    @Test
    void whatTheCustomerWasToldIsSentAndIsNotAtThePhoneIsLost() {
        arrivals.add("another text", ID, 1);

        assertThat(judge.of(accepted(new Claim.Sent(ID)))).isEqualTo(Verdict.LOST);
    }

    @Test
    void whatWasAcceptedAndNeverHeardOfAgainIsLost() {
        assertThat(judge.of(accepted(new Claim.Pending(ID)))).isEqualTo(Verdict.LOST);
        assertThat(judge.of(accepted(new Claim.Unknown("not_acknowledged")))).isEqualTo(Verdict.LOST);
    }

    @Test
    void whatWasNeverAcceptedNeedNotArrive() {
        assertThat(judge.of(message(false, new Claim.Unknown("no answer")))).isEqualTo(Verdict.NOT_DELIVERED);
        assertThat(judge.of(message(false, new Claim.Refused("service_unavailable"))))
                .isEqualTo(Verdict.NOT_DELIVERED);
    }

    @Test
    void whatWasAcceptedAndThenRefusedForGoodNeedNotArrive() {
        assertThat(judge.of(accepted(new Claim.Refused("expired")))).isEqualTo(Verdict.NOT_DELIVERED);
    }

    @Test
    void twoIdsAreADuplicateWhateverTheCustomerWasTold() {
        arrivals.add(TEXT, ID, 1);
        arrivals.add(TEXT, "3EB0B", 1);

        assertThat(judge.of(accepted(new Claim.Sent(ID)))).isEqualTo(Verdict.DUPLICATED);
        assertThat(judge.of(message(false, new Claim.Unknown("no answer")))).isEqualTo(Verdict.DUPLICATED);
    }

    @Test
    void copiesUnderOneIdAreNoDuplicateAndAreCounted() {
        arrivals.add(TEXT, ID, 3);

        assertThat(judge.of(accepted(new Claim.Sent(ID)))).isEqualTo(Verdict.DELIVERED);
        assertThat(judge.extraCopies(accepted(new Claim.Sent(ID)))).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDefiniteNoForWhatArrivedIsWrong(boolean accepted) {
        arrivals.add(TEXT, ID, 1);

        assertThat(judge.of(message(accepted, new Claim.Refused("expired")))).isEqualTo(Verdict.WRONG);
    }

    @Test
    void anIdThatThePhoneDoesNotKnowIsWrong() {
        arrivals.add(TEXT, "3EB0B", 1);

        assertThat(judge.of(accepted(new Claim.Sent(ID)))).isEqualTo(Verdict.WRONG);
    }

    @Test
    void aMessageThatStaysPendingAlthoughItArrivedIsWrong() {
        arrivals.add(TEXT, ID, 1);

        assertThat(judge.of(accepted(new Claim.Pending(ID)))).isEqualTo(Verdict.WRONG);
    }

    @Test
    void anAnswerThatMayNotBeGivenIsWrongButDoesNotHideALoss() {
        Message told =
                new Message(TEXT, "session", Instant.EPOCH, Instant.EPOCH, true, 1, new Claim.Sent(ID), List.of("409"));
        assertThat(judge.of(told)).isEqualTo(Verdict.LOST);

        arrivals.add(TEXT, ID, 1);
        assertThat(judge.of(told)).isEqualTo(Verdict.WRONG);
    }

    private static Message accepted(Claim claim) {
        return message(true, claim);
    }

    private static Message message(boolean accepted, Claim claim) {
        return new Message(TEXT, "session", Instant.EPOCH, Instant.EPOCH, accepted, 1, claim, List.of());
    }
}
