package dev.merpati.chaos.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeTest {
    private static final String KEY = "0b3f8f9e-95a1-4d0c-8f0e-7d5f3c1a2b4e";
    private static final String OTHER_KEY = "5c1a2b4e-95a1-4d0c-8f0e-7d5f3c1a0b3f";
    private static final String TEXT = KEY + " the text";
    private static final String ID = "3EB0A";
    private static final String SENDER = "551199";
    private static final String PHONE = "628111";
    private static final String FILE = "00ff";

    private final Arrivals arrivals = new Arrivals();

    @Test
    void whatIsAtThePhoneAsTheCustomerWasToldIsDelivered() {
        arrives(TEXT, ID);

        assertThat(of(accepted(new KnownOutcome.Sent(ID)))).isEqualTo(Verdict.DELIVERED);
    }

    @Test
    void whatTheCustomerWasToldIsSentAndIsNotAtThePhoneIsLost() {
        arrives(OTHER_KEY + " the text", ID);

        assertThat(of(accepted(new KnownOutcome.Sent(ID)))).isEqualTo(Verdict.LOST);
    }

    @Test
    void whatWasAcceptedAndNeverHeardOfAgainIsLost() {
        assertThat(of(accepted(new KnownOutcome.Pending(ID)))).isEqualTo(Verdict.LOST);
        assertThat(of(accepted(new KnownOutcome.Unknown("not_acknowledged")))).isEqualTo(Verdict.LOST);
    }

    @Test
    void whatWasNeverAcceptedNeedNotArrive() {
        assertThat(of(message(null, new KnownOutcome.Unknown("no answer")))).isEqualTo(Verdict.NOT_DELIVERED);
        assertThat(of(message(null, new KnownOutcome.Refused("service_unavailable"))))
                .isEqualTo(Verdict.NOT_DELIVERED);
    }

    @Test
    void whatWasAcceptedAndThenRefusedForGoodNeedNotArrive() {
        assertThat(of(accepted(new KnownOutcome.Refused("expired")))).isEqualTo(Verdict.NOT_DELIVERED);
    }

    @Test
    void twoIdsAreADuplicateWhateverTheCustomerWasTold() {
        arrives(TEXT, ID);
        arrives(TEXT, "3EB0B");

        assertThat(of(accepted(new KnownOutcome.Sent(ID)))).isEqualTo(Verdict.DUPLICATED);
        assertThat(of(message(null, new KnownOutcome.Unknown("no answer")))).isEqualTo(Verdict.DUPLICATED);
    }

    @Test
    void twoIdsAtTwoPhonesAreADuplicate() {
        arrives(TEXT, ID);
        arrivals.add("628222", "3EB0B", SENDER, TEXT, null, 1);

        assertThat(of(accepted(new KnownOutcome.Sent(ID)))).isEqualTo(Verdict.DUPLICATED);
    }

    @Test
    void copiesUnderOneIdAreNoDuplicateAndAreCounted() {
        arrivals.add(PHONE, ID, SENDER, TEXT, null, 3);
        Message message = accepted(new KnownOutcome.Sent(ID));

        assertThat(of(message)).isEqualTo(Verdict.DELIVERED);
        assertThat(new Judge(List.of(message), arrivals).extraCopies(message)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "628222, 551199, ' the text'",
        "628111, 551188, ' the text'",
        "628111, 551199, ' the tex'",
        "628111, 551199, ' the text '",
    })
    void anotherPhoneAnotherSenderOrAnotherContentIsMisdelivered(String phone, String sender, String content) {
        arrivals.add(phone, ID, sender, KEY + content, null, 1);

        assertThat(of(accepted(new KnownOutcome.Sent(ID)))).isEqualTo(Verdict.MISDELIVERED);
        assertThat(of(message(null, new KnownOutcome.Unknown("no answer")))).isEqualTo(Verdict.MISDELIVERED);
    }

    @Test
    void aSecondPhoneWithTheSameIdIsMisdelivered() {
        arrives(TEXT, ID);
        arrivals.add("628222", ID, SENDER, TEXT, null, 1);

        assertThat(of(accepted(new KnownOutcome.Sent(ID)))).isEqualTo(Verdict.MISDELIVERED);
    }

    @Test
    void aFileIsDeliveredAsItWasSentOnly() {
        Message message = new Message(
                new Draft("session", SENDER, PHONE, TEXT, FILE),
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                1,
                new KnownOutcome.Sent(ID),
                List.of());
        arrivals.add(PHONE, ID, SENDER, TEXT, FILE, 1);
        assertThat(of(message)).isEqualTo(Verdict.DELIVERED);

        assertThat(of(accepted(new KnownOutcome.Sent(ID)))).isEqualTo(Verdict.MISDELIVERED);
    }

    @Test
    void whatWasAcceptedBeforeTheNextWasBegunMustArriveBeforeIt() {
        Message first = sent(KEY, "session", 0, 1);
        Message second = sent(OTHER_KEY, "session", 2, 3);
        arrives(OTHER_KEY, OTHER_KEY);
        arrives(KEY, KEY);

        assertThat(of(first, second)).isEqualTo(Verdict.OVERTAKEN);
        assertThat(of(second, first)).isEqualTo(Verdict.DELIVERED);
    }

    @Test
    void whatWasUnderWayAtTheSameTimeOrIsOfAnotherSessionMayArriveInAnyOrder() {
        Message first = sent(KEY, "session", 0, 2);
        arrives(OTHER_KEY, OTHER_KEY);
        arrives(KEY, KEY);

        assertThat(of(first, sent(OTHER_KEY, "session", 1, 3))).isEqualTo(Verdict.DELIVERED);
        assertThat(of(first, sent(OTHER_KEY, "another", 3, 4))).isEqualTo(Verdict.DELIVERED);
    }

    @Test
    void findsWhatNobodySent() {
        arrives(TEXT, ID);
        arrives(OTHER_KEY + " the text", "3EB0B");

        assertThat(new Judge(List.of(accepted(new KnownOutcome.Sent(ID))), arrivals).neverSent())
                .containsExactly(OTHER_KEY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDefiniteNoForWhatArrivedIsWrong(boolean accepted) {
        arrives(TEXT, ID);

        assertThat(of(message(accepted ? Instant.EPOCH : null, new KnownOutcome.Refused("expired"))))
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void anIdThatThePhoneDoesNotKnowIsWrong() {
        arrives(TEXT, "3EB0B");

        assertThat(of(accepted(new KnownOutcome.Sent(ID)))).isEqualTo(Verdict.WRONG);
    }

    @Test
    void aMessageThatStaysPendingAlthoughItArrivedIsWrong() {
        arrives(TEXT, ID);

        assertThat(of(accepted(new KnownOutcome.Pending(ID)))).isEqualTo(Verdict.WRONG);
    }

    @Test
    void anAnswerThatMayNotBeGivenIsWrongButDoesNotHideALoss() {
        Message told = new Message(
                draft(TEXT), Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, 1, new KnownOutcome.Sent(ID), List.of("409"));
        assertThat(of(told)).isEqualTo(Verdict.LOST);

        arrives(TEXT, ID);
        assertThat(of(told)).isEqualTo(Verdict.WRONG);
    }

    private void arrives(String content, String id) {
        arrivals.add(PHONE, id, SENDER, content, null, 1);
    }

    private Verdict of(Message message, Message... others) {
        List<Message> all = new ArrayList<>(List.of(others));
        all.add(message);
        return new Judge(all, arrivals).of(message);
    }

    private static Message accepted(KnownOutcome outcome) {
        return message(Instant.EPOCH, outcome);
    }

    private static Message message(@Nullable Instant acceptedAt, KnownOutcome outcome) {
        return new Message(draft(TEXT), Instant.EPOCH, Instant.EPOCH, acceptedAt, 1, outcome, List.of());
    }

    /** Its id is its content. */
    private static Message sent(String content, String session, int start, int acceptedAt) {
        Instant accepted = Instant.EPOCH.plusSeconds(acceptedAt);
        return new Message(
                new Draft(session, SENDER, PHONE, content, null),
                Instant.EPOCH.plusSeconds(start),
                accepted,
                accepted,
                1,
                new KnownOutcome.Sent(content),
                List.of());
    }

    private static Draft draft(String content) {
        return new Draft("session", SENDER, PHONE, content, null);
    }
}
