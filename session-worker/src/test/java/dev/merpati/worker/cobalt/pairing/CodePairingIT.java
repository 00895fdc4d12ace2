package dev.merpati.worker.cobalt.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.PairingCodeResult;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class CodePairingIT {
    @AutoClose
    private final World world = new World();

    private final String number = World.newNumber();

    @Test
    void aCodeThatIsTypedInConnectsAndCanSend() {
        world.control.addPhone(number);
        try (World.Session session = world.open(world.connector, number, null)) {
            session.listener().awaitQrCode();

            PairingCodeResult.Code code = code(session);

            assertThat(code.code()).matches("[1-9A-HJ-NP-TV-Z]{4}-[1-9A-HJ-NP-TV-Z]{4}");
            assertThat(code.expiresAt())
                    .isBetween(Instant.now().plusSeconds(60), Instant.now().plusSeconds(180));
            assertThat(code.toString()).doesNotContain(code.code());
            world.control.enterCode(number, plain(code));
            assertThat(session.listener().awaitConnected().connected).containsExactly(number);
            String to = World.newNumber();
            String id = World.newMessageId();
            assertThat(session.text(id, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("Halo");
            assertThat(world.control.refusals("pairing-code-name")).isZero();
        }
    }

    @Test
    void aCodeTypedInWronglyLinksNothingAndAnotherCanBeAskedFor() {
        world.control.addPhone(number);
        try (World.Session session = world.open(world.connector, number, null)) {
            session.listener().awaitQrCode();
            String right = plain(code(session));
            String wrong = (right.startsWith("1") ? "2" : "1") + right.substring(1);

            assertThatThrownBy(() -> world.control.enterCode(number, wrong)).hasMessageContaining("pairing_refused");

            assertThat(session.listener().connected).isEmpty();
            assertThat(session.listener().closed).isEmpty();
            world.control.enterCode(number, plain(code(session)));
            session.listener().awaitConnected();
        }
    }

    /** A code that did not work must not spoil the QR code that is shown beside it. */
    @Test
    void theQrCodeStandsAfterACodeTypedInWrongly() {
        world.control.addPhone(number);
        try (World.Session session = world.open(world.connector, number, null)) {
            String qr = session.listener().awaitQrCode().text();
            String right = plain(code(session));
            String wrong = (right.startsWith("1") ? "2" : "1") + right.substring(1);
            assertThatThrownBy(() -> world.control.enterCode(number, wrong)).hasMessageContaining("pairing_refused");

            world.control.scan(number, qr);

            session.listener().awaitConnected();
        }
    }

    @Test
    void theLastOfTwoCodesCounts() {
        world.control.addPhone(number);
        try (World.Session session = world.open(world.connector, number, null)) {
            session.listener().awaitQrCode();
            String first = plain(code(session));
            String second = plain(code(session));
            assertThat(second).isNotEqualTo(first);

            world.control.enterCode(number, second);

            session.listener().awaitConnected();
        }
    }

    @Test
    void nobodyGetsACodeOfAConnectionThatIsOverOrLinked() {
        try (World.Session linked = world.pair()) {
            assertThat(linked.connection().requestPairingCode(linked.number(), World.TIMEOUT))
                    .isInstanceOf(PairingCodeResult.NotPairing.class);
            linked.end();
            assertThat(linked.listener().awaitClosed()).isEqualTo(CloseReason.CLOSED);
            assertThat(linked.connection().requestPairingCode(linked.number(), World.TIMEOUT))
                    .isInstanceOf(PairingCodeResult.NotPairing.class);
        }
    }

    private PairingCodeResult.Code code(World.Session session) {
        PairingCodeResult result = session.connection().requestPairingCode(number, World.TIMEOUT);
        assertThat(result).isInstanceOf(PairingCodeResult.Code.class);
        return (PairingCodeResult.Code) result;
    }

    private static String plain(PairingCodeResult.Code code) {
        return code.code().replace("-", "");
    }
}
