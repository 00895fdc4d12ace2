package dev.merpati.worker.cobalt.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.PairingCodeResult;
import dev.merpati.worker.whatsapp.PasskeyResult;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PasskeyPairingIT {
    @AutoClose
    private final World world = new World();

    private final String number = World.newNumber();

    @Test
    void aScannedCodeIsFollowedByThePasskeyAndThenConnectsAndCanSend() {
        world.control.addPhone(number, Map.of("passkey", true));
        try (World.Session session = world.open(world.connector, number, null)) {
            world.control.scan(number, session.listener().awaitQrCode().text());
            PasskeyChallenge challenge = session.listener().awaitPasskey();
            assertThat(challenge.options().path("rpId").asString()).isEqualTo("whatsapp.com");
            assertThat(challenge.expiresAt())
                    .isBetween(Instant.now().plusSeconds(240), Instant.now().plusSeconds(300));
            assertThat(session.listener().connected).isEmpty();

            assertThat(answer(session, sign(challenge))).isEqualTo(new PasskeyResult.Accepted());

            assertThat(session.listener().awaitConnected().connected).containsExactly(number);
            String to = World.newNumber();
            String id = World.newMessageId();
            assertThat(session.text(id, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("Halo");
            assertThat(world.control.refusals("passkey")).isZero();
            assertThat(answer(session, sign(challenge))).isEqualTo(new PasskeyResult.NotRequested());
        }
    }

    @Test
    void aCodeThatIsTypedInIsFollowedByThePasskeyToo() {
        world.control.addPhone(number, Map.of("passkey", true));
        try (World.Session session = world.open(world.connector, number, null)) {
            session.listener().awaitQrCode();
            PairingCodeResult result = session.connection().requestPairingCode(number, World.TIMEOUT);
            world.control.enterCode(
                    number, ((PairingCodeResult.Code) result).code().replace("-", ""));

            assertThat(answer(session, sign(session.listener().awaitPasskey())))
                    .isEqualTo(new PasskeyResult.Accepted());

            session.listener().awaitConnected();
        }
    }

    @Test
    void whatIsNoSignatureOfThisChallengeDoesNotReachWhatsApp() {
        world.control.addPhone(number, Map.of("passkey", true));
        try (World.Session session = world.open(world.connector, number, null)) {
            assertThat(answer(session, "{}")).isEqualTo(new PasskeyResult.NotRequested());
            world.control.scan(number, session.listener().awaitQrCode().text());
            PasskeyChallenge challenge = session.listener().awaitPasskey();

            for (String wrong : new String[] {
                "", "null", "[]", "{", "{}", "{\"rawId\":\"!\"}", world.control.signWithPasskey(number, "AAAA")
            }) {
                assertThat(answer(session, wrong)).as(wrong).isInstanceOf(PasskeyResult.Invalid.class);
            }
            assertThat(world.control.refusals("passkey")).isZero();

            assertThat(answer(session, sign(challenge))).isEqualTo(new PasskeyResult.Accepted());
            session.listener().awaitConnected();
        }
    }

    /** The right challenge, signed by somebody else's passkey: WhatsApp says no, and the right one still passes. */
    @Test
    @ExpectErrors(logger = "dev.merpati.simulator.rule.Refusals")
    void aSignatureThatWhatsAppRefusesCanBeFollowedByAnother() {
        String stranger = World.newNumber();
        world.control.addPhone(stranger, Map.of("passkey", true));
        world.control.addPhone(number, Map.of("passkey", true));
        try (World.Session session = world.open(world.connector, number, null)) {
            world.control.scan(number, session.listener().awaitQrCode().text());
            PasskeyChallenge challenge = session.listener().awaitPasskey();

            String wrong = world.control.signWithPasskey(
                    stranger, challenge.options().path("challenge").asString());
            assertThat(answer(session, wrong)).isEqualTo(new PasskeyResult.Refused(400));

            assertThat(answer(session, sign(challenge))).isEqualTo(new PasskeyResult.Accepted());
            session.listener().awaitConnected();
        }
    }

    @Test
    void withoutThePasskeyTheConnectionEndsForThatReason() {
        Duration first = Duration.ofMillis(1_500);
        Duration next = Duration.ofMillis(200);
        try (World brief = new World(options -> options.withQrLifetimes(first, next));
                CobaltConnector connector = new CobaltConnector(brief.settings(timing(first, next)));
                World.Session session = brief.open(connector, number, null)) {
            brief.control.addPhone(number, Map.of("passkey", true));
            brief.control.scan(number, session.listener().awaitQrCode().text());
            session.listener().awaitPasskey();

            assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.PASSKEY_REQUIRED);
            assertThat(session.listener().saved).isEmpty();
        }
    }

    private PasskeyResult answer(World.Session session, String assertion) {
        return session.connection().answerPasskey(assertion, World.TIMEOUT);
    }

    private String sign(PasskeyChallenge challenge) {
        return world.control.signWithPasskey(
                number, challenge.options().path("challenge").asString());
    }

    private static CobaltSettings.Timing timing(Duration firstQrCode, Duration nextQrCode) {
        CobaltSettings.Timing usual = World.TIMING;
        return new CobaltSettings.Timing(
                usual.connect(),
                usual.login(),
                usual.keepAlive(),
                usual.answer(),
                firstQrCode,
                nextQrCode,
                usual.saveRetry());
    }
}
