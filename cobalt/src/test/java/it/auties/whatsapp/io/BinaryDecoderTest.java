package it.auties.whatsapp.io;

import static org.assertj.core.api.Assertions.assertThat;

import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Node;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class BinaryDecoderTest {
    private static final int LIST_8 = 248;
    private static final int BINARY_8 = 252;
    private static final int UNKNOWN_TYPE = 244;

    @Test
    void readsTheAddressOfAnotherMessengersUserAndWhatFollowsIt() {
        var stanza = new Bytes()
                .list(6)
                .text("message")
                .text("from")
                .raw(245)
                .text("123456")
                .raw(0, 2, 0, 7)
                .text("interop")
                .text("id")
                .text("3EB0")
                .list(1)
                .list(2)
                .text("enc")
                .raw(BINARY_8, 2, 0xca, 0xfe);

        var node = decode(stanza);

        assertThat(node.attributes().toMap()).containsEntry("from", "7-123456:2@interop");
        assertThat(node.id()).isEqualTo("3EB0");
        assertThat(node.findChild("enc").orElseThrow().contentAsBytes().orElseThrow())
                .containsExactly(0xca, 0xfe);
    }

    @Test
    void readsAMessengerAddress() {
        var stanza = new Bytes()
                .list(5)
                .text("receipt")
                .text("from")
                .raw(246)
                .text("77")
                .raw(0, 3)
                .text("msgr")
                .text("id")
                .text("AB");

        assertThat(decode(stanza).attributes().toMap()).containsEntry("from", "77:3@msgr");
        assertThat(decode(stanza).id()).isEqualTo("AB");
    }

    @ParameterizedTest
    @CsvSource({"0, s.whatsapp.net", "1, lid", "128, hosted", "129, hosted.lid"})
    void theDomainOfADeviceIsItsServer(int domain, String server) {
        var stanza = new Bytes()
                .list(3)
                .text("receipt")
                .text("from")
                .raw(247, domain, 9)
                .text("628111");

        var from = decode(stanza).attributes().getRequiredJid("from");

        assertThat(from.server().address()).isEqualTo(server);
        assertThat(from.user()).isEqualTo("628111");
        assertThat(from.device()).isEqualTo(9);
        // Cobalt writes the agent as the domain.
        assertThat(from.agent()).isEqualTo(domain);
    }

    @Test
    void whatCobaltWritesIsRead() {
        var node = Node.of(
                "iq",
                java.util.Map.of(
                        "id",
                        "12.34-5",
                        "to",
                        JidServer.whatsapp().toJid(),
                        "from",
                        Jid.of("1", JidServer.lid(), 3, 1)),
                Node.of("list", Node.of("user", new byte[300])));
        var encoded = new byte[BinaryLength.sizeOf(node)];
        BinaryEncoder.encode(node, encoded, 0);

        var read = BinaryDecoder.decode(new ByteArrayInputStream(encoded));

        assertThat(read.attributes().toMap()).isEqualTo(node.attributes().toMap());
        assertThat(read.findChild("list")
                        .orElseThrow()
                        .findChild("user")
                        .orElseThrow()
                        .contentAsBytes())
                .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(300));
    }

    @Test
    void packedTextIsRead() {
        var stanza = new Bytes()
                .list(3)
                .text("ack")
                .text("id")
                .raw(255, 0x82, 0x12, 0x3f)
                .raw();

        assertThat(decode(stanza).id()).isEqualTo("123");
    }

    @Test
    void aCompressedNodeIsRead() throws java.io.IOException {
        var plain = new Bytes().list(3).text("ack").text("id").text("x").bytes();
        var compressed = new ByteArrayOutputStream();
        compressed.write(2);
        try (var deflater = new DeflaterOutputStream(compressed)) {
            deflater.write(plain);
        }

        assertThat(BinaryDecoder.decode(new ByteArrayInputStream(compressed.toByteArray()))
                        .id())
                .isEqualTo("x");
    }

    @Test
    void anUnknownTypeLeavesWhatWasReadBeforeIt() {
        var stanza = new Bytes()
                .list(7)
                .text("notification")
                .text("id")
                .text("42")
                .text("from")
                .text("somebody")
                .text("odd")
                .raw(UNKNOWN_TYPE, 1, 2, 3);

        var node = decode(stanza);

        assertThat(node.description()).isEqualTo(BinaryDecoder.UNREADABLE);
        assertThat(node.attributes().toMap())
                .containsEntry("id", "42")
                .containsEntry("from", "somebody")
                .containsEntry(BinaryDecoder.DESCRIPTION, "notification");
    }

    @Test
    void lengthsAreNotBelieved() {
        var huge = new Bytes().list(2).text("message").raw(254, 0x7f, 0xff, 0xff, 0xff, 1);
        var list = new Bytes().list(2).text("message").raw(249, 0xff, 0xff);

        assertThat(decode(huge).description()).isEqualTo(BinaryDecoder.UNREADABLE);
        assertThat(decode(list).description()).isEqualTo(BinaryDecoder.UNREADABLE);
    }

    @Test
    void nestingIsBounded() {
        var stanza = new Bytes();
        for (int i = 0; i < 100_000; i++) {
            stanza.list(2).text("a").list(1);
        }

        assertThat(decode(stanza).description()).isEqualTo(BinaryDecoder.UNREADABLE);
    }

    @Test
    void noiseNeverThrows() {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            var noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            assertThat(BinaryDecoder.decode(new ByteArrayInputStream(noise))).isNotNull();
        }
    }

    private static Node decode(Bytes stanza) {
        var framed = new ByteArrayOutputStream();
        framed.write(0);
        framed.writeBytes(stanza.bytes());
        return BinaryDecoder.decode(new ByteArrayInputStream(framed.toByteArray()));
    }

    /** Writes by hand what no client would. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes list(int size) {
            return raw(LIST_8, size);
        }

        Bytes text(String text) {
            var utf8 = text.getBytes(StandardCharsets.UTF_8);
            raw(BINARY_8, utf8.length);
            out.writeBytes(utf8);
            return this;
        }

        Bytes raw(int... values) {
            for (var value : values) {
                out.write(value);
            }
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
