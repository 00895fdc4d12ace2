package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.command.Command;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.session.SessionFixture.Offered;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that are asked about, and recipients who cannot be reached. */
class RecipientsTest extends SessionCommands {
    @Test
    void tellsThatTheRecipientIsNotRegisteredAndSendsNothing() {
        online();
        fixture.whatsApp.number("39", NumberStatus.INVALID);

        Offered send = offer("A", new Command.SendText("39", "t", false));

        awaitFinished(send);
        assertFailed(send, FailureCode.NOT_REGISTERED);
        assertThat(fixture.whatsApp.messages()).isEmpty();
    }

    @Test
    void neverTakesSilenceForNotRegistered() {
        online();
        fixture.whatsApp.number("39", NumberStatus.UNKNOWN);
        fixture.whatsApp.whenChecked(() -> {
            if (fixture.whatsApp.checks() == 2) {
                fixture.whatsApp.number("39", NumberStatus.VALID);
            }
        });

        Offered send = offer("A", new Command.SendText("39", "t", false));

        awaitFinished(send);
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void oneRecipientDoesNotHoldUpTheOthers(boolean silent) {
        online();
        fixture.whatsApp.number("39", silent ? NumberStatus.UNKNOWN : NumberStatus.VALID);
        fixture.whatsApp.whenSent((_, message) -> message.to().equals("39")
                ? new SendResult.RecipientUnreachable("no keys")
                : new SendResult.Acknowledged(null, null));

        Offered stuck = offer("A", new Command.SendText("39", "t", false));
        Offered next = offer(text("B"));

        awaitFinished(next);
        assertFailed(stuck, FailureCode.RECIPIENT_UNREACHABLE);
        assertThat(outcomeOf(next)).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(fixture.timers.instant())
                .isBefore(Instant.parse("2026-01-01T00:00:00Z").plus(LIFE));
    }

    @Test
    void aMessageThatMayHaveLeftIsNotDeniedBecauseItsRecipientIsNotReachedLater() {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((_, _) -> tries.getAndIncrement() == 0
                ? new SendResult.Unconfirmed("no answer")
                : new SendResult.RecipientUnreachable("no keys"));

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertFailed(send, FailureCode.NOT_ACKNOWLEDGED);
    }

    @Test
    void aBrokenConnectionIsNotTakenForARecipientWhoIsNotReached() {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((connection, _) -> {
            int before = tries.getAndIncrement();
            if (before % 2 == 1) {
                connection.end(CloseReason.NETWORK);
            }
            return before < 6 ? new SendResult.RecipientUnreachable("?") : new SendResult.Acknowledged(null, null);
        });

        Offered send = offer(text("A"));

        awaitOnMovingClock(() -> {
            fixture.timers.advance(Duration.ofMillis(50));
            return send.finished().get();
        });
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
    }

    @Test
    void tellsTheAddressThatWhatsAppNamed() {
        online();
        fixture.whatsApp.alias("5511987654321", "551187654321");

        Offered check = offer("C", new Command.CheckNumbers(List.of("5511987654321", "39")));
        Offered checked = offer("A", new Command.SendText("5511987654321", "t", false));
        awaitFinished(checked);
        fixture.whatsApp.whenSent((_, _) -> new SendResult.Acknowledged("551187654321", "3EB0TEXT"));
        Offered unchecked = offer("B", new Command.SendText("5511987654321", "t", true));
        awaitFinished(unchecked);

        assertThat(outcomeOf(check))
                .isEqualTo(new Outcome.NumbersChecked(
                        Map.of("5511987654321", NumberStatus.VALID, "39", NumberStatus.VALID),
                        Map.of("5511987654321", "551187654321")));
        assertThat(outcomeOf(checked)).isEqualTo(new Outcome.MessageSent("551187654321", null));
        assertThat(fixture.whatsApp.messages().getFirst().to()).isEqualTo("551187654321");
        assertThat(outcomeOf(unchecked)).isEqualTo(new Outcome.MessageSent("551187654321", "3EB0TEXT"));
        assertThat(fixture.whatsApp.checks()).isEqualTo(1);
    }

    @Test
    void asksAgainWhenWhatsAppSaysNothingAndThenSaysSo() {
        online();
        fixture.whatsApp.number("39", NumberStatus.UNKNOWN);

        Offered check = offer("C", new Command.CheckNumbers(List.of("39")));

        awaitFinished(check);
        assertThat(outcomeOf(check))
                .isEqualTo(new Outcome.NumbersChecked(Map.of("39", NumberStatus.UNKNOWN), Map.of()));
        assertThat(fixture.whatsApp.checks()).isEqualTo(3);
    }

    @Test
    void doesNotAskAgainWhenNobodyWouldWaitForIt() {
        online();
        fixture.whatsApp.number("39", NumberStatus.UNKNOWN);
        fixture.whatsApp.whenChecked(() -> fixture.timers.advance(Duration.ofSeconds(10)));

        Offered check = offer("C", new Command.CheckNumbers(List.of("39")));

        awaitFinished(check);
        assertThat(fixture.whatsApp.checks()).isEqualTo(1);
    }
}
