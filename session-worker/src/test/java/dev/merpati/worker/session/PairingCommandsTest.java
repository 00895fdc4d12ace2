package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.Json;
import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.session.SessionFixture.Offered;
import dev.merpati.worker.store.SessionView;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.PairingCodeResult;
import dev.merpati.worker.whatsapp.PasskeyResult;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that link a phone by a code that is typed in, and with a passkey. */
class PairingCommandsTest extends SessionCommands {
    private static final Command CODE = new Command.RequestPairingCode("390000000001");
    private static final Command ANSWER = new Command.AnswerPasskey("{}");
    private static final PasskeyChallenge CHALLENGE =
            new PasskeyChallenge(Json.MAPPER.readTree("{\"challenge\":\"AAAA\"}"), Instant.EPOCH);

    @Test
    void aSessionThatShowsCodesGivesOne() {
        showingCodes();

        Offered code = offer("C", CODE);

        awaitFinished(code);
        assertThat(outcomeOf(code)).isEqualTo(new Outcome.PairingCode("ABCD-EFGH", Instant.EPOCH));
        assertThat(fixture.whatsApp.connections(fixture.id)).hasSize(1);
    }

    @Test
    void aSessionThatWasNotStartedBegins() {
        Offered code = offer("C", CODE);

        awaitFinished(code);
        assertThat(outcomeOf(code)).isInstanceOf(Outcome.PairingCode.class);
    }

    @Test
    void aSessionThatWasLeftDisconnectedBeginsAnew() {
        showingCodes();
        fixture.whatsApp.latest(fixture.id).end(CloseReason.LINKING_REFUSED);
        awaitOnMovingClock(() -> latestView().status() == SessionStatus.DISCONNECTED);

        Offered code = offer("C", CODE);

        awaitFinished(code);
        assertThat(outcomeOf(code)).isInstanceOf(Outcome.PairingCode.class);
        assertThat(fixture.whatsApp.connections(fixture.id)).hasSize(2);
    }

    /** A code dies with the QR codes beside it. */
    @Test
    void aConnectionWhoseCodesAreAboutToEndIsReplaced() {
        showingCodes();
        fixture.timers.advance(Duration.ofMinutes(1));

        Offered code = offer("C", CODE);

        awaitFinished(code);
        assertThat(outcomeOf(code)).isInstanceOf(Outcome.PairingCode.class);
        assertThat(fixture.whatsApp.connections(fixture.id)).hasSize(2);
        assertThat(fixture.whatsApp.connections(fixture.id).getFirst().isOpen()).isFalse();
    }

    @Test
    void aLinkedSessionNeedsNone() {
        online();

        Offered code = offer("C", CODE);

        awaitFinished(code);
        assertFailed(code, FailureCode.SESSION_ALREADY_CONNECTED);
        assertThat(fixture.whatsApp.latest(fixture.id).isOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"400, PAIRING_CODE_REFUSED", "429, RATE_LIMITED"})
    void whatWhatsAppRefusesIsTold(int reason, FailureCode expected) {
        showingCodes();
        fixture.whatsApp.whenCodeRequested(_ -> new PairingCodeResult.Refused(reason));

        Offered code = offer("C", CODE);

        awaitFinished(code);
        assertThat(outcomeOf(code)).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(expected);
            assertThat(failed.reason()).isEqualTo(reason);
        });
    }

    @Test
    void aConnectionThatIsLostMeanwhileIsFollowedByAnother() {
        showingCodes();
        AtomicInteger requests = new AtomicInteger();
        fixture.whatsApp.whenCodeRequested(connection -> {
            if (requests.getAndIncrement() == 0) {
                connection.end(CloseReason.NETWORK);
                return new PairingCodeResult.NotPairing("lost");
            }
            return new PairingCodeResult.Code("BBBB-BBBB", Instant.EPOCH);
        });

        Offered code = offer("C", CODE);

        awaitFinished(code);
        assertThat(outcomeOf(code)).isEqualTo(new Outcome.PairingCode("BBBB-BBBB", Instant.EPOCH));
    }

    @Test
    void aPasskeyIsAskedForAndItsSignatureHandedOn() {
        wantingPasskey();
        assertThat(latestView()).isEqualTo(SessionView.passkeyRequired(CHALLENGE));

        Offered answer = offer("A", ANSWER);

        awaitFinished(answer);
        assertThat(outcomeOf(answer)).isEqualTo(new Outcome.SessionChanged());
        fixture.whatsApp.scan(fixture.id);
        awaitOnMovingClock(() -> latestView().status() == SessionStatus.CONNECTED);
        assertThat(latestView().passkey()).isNull();
    }

    @Test
    void aSignatureThatIsRefusedIsToldAndTheSessionStillWaits() {
        wantingPasskey();
        fixture.whatsApp.passkeyResult(new PasskeyResult.Refused(400));
        Offered refused = offer("A", ANSWER);
        awaitFinished(refused);
        assertFailed(refused, FailureCode.PASSKEY_REFUSED);

        fixture.whatsApp.passkeyResult(new PasskeyResult.Invalid("it is none"));
        Offered invalid = offer("B", ANSWER);
        awaitFinished(invalid);
        assertFailed(invalid, FailureCode.PASSKEY_INVALID);
        assertThat(latestView().passkey()).isEqualTo(CHALLENGE);
    }

    @Test
    void nobodyIsAskedForASignatureThatNobodyWants() {
        showingCodes();

        Offered answer = offer("A", ANSWER);

        awaitFinished(answer);
        assertFailed(answer, FailureCode.PASSKEY_NOT_REQUESTED);
    }

    @Test
    void withoutTheSignatureTheSessionSaysWhy() {
        wantingPasskey();

        fixture.whatsApp.latest(fixture.id).end(CloseReason.PASSKEY_REQUIRED);

        awaitOnMovingClock(() -> latestView().status() == SessionStatus.DISCONNECTED);
        assertThat(latestView().disconnection()).isEqualTo(Disconnection.PASSKEY_REQUIRED);
        Offered answer = offer("A", ANSWER);
        awaitFinished(answer);
        assertFailed(answer, FailureCode.PASSKEY_NOT_REQUESTED);
    }

    @Test
    void theTimeToLinkAPhoneEndsTheWaitForThePasskeyToo() {
        wantingPasskey();

        fixture.timers.advance(Duration.ofMinutes(6));

        awaitOnMovingClock(() -> latestView().status() == SessionStatus.DISCONNECTED);
        assertThat(latestView().disconnection()).isEqualTo(Disconnection.PASSKEY_REQUIRED);
    }

    /** Whoever linked the phone has to scan again, and sees a code to scan. */
    @Test
    void aConnectionThatIsLostWhileThePasskeyIsAwaitedShowsCodesAgain() {
        wantingPasskey();

        fixture.whatsApp.latest(fixture.id).end(CloseReason.NETWORK);

        awaitOnMovingClock(() -> {
            fixture.timers.advance(Duration.ofSeconds(1));
            return latestView().status() == SessionStatus.QR;
        });
        assertThat(latestView().passkey()).isNull();
    }

    @Test
    void aReconnectEndsTheWaitForThePasskey() {
        wantingPasskey();

        Offered reconnect = offer("R", new Command.ReconnectSession());

        awaitFinished(reconnect);
        awaitOnMovingClock(() -> latestView().status() == SessionStatus.QR);
    }

    private void showingCodes() {
        session.start();
        awaitOnMovingClock(() -> !fixture.store.views.isEmpty() && latestView().status() == SessionStatus.QR);
    }

    private void wantingPasskey() {
        showingCodes();
        fixture.whatsApp.latest(fixture.id).wantPasskey(CHALLENGE);
        await().atMost(PATIENCE).until(() -> {
            fixture.timers.advance(Duration.ofMillis(1));
            return latestView().passkey() != null;
        });
    }

    private SessionView latestView() {
        return fixture.store.views.getLast();
    }
}
