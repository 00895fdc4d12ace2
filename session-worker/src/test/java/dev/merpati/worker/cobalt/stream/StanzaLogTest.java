package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.whatsapp.StanzaLogs;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StanzaLogTest {
    private static final String NUMBER = "628123456789";
    private static final String LID = "91827364554433";
    private static final String TEXT = "the wedding is on Sunday";
    private static final byte[] KEY = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");

    @Test
    void namesAttributesAndSizesAreThereAndNothingElse() {
        Node stanza = Node.of(
                "message",
                Attributes.of()
                        .put("id", "3EB0A1B2C3D4E5F60718")
                        .put("from", Jid.of(LID, JidServer.lid(), 7, 1))
                        .put("sender_pn", NUMBER + "@s.whatsapp.net")
                        .put("participant", Jid.of(NUMBER, JidServer.whatsapp()))
                        .put("t", "1796083200")
                        .put("type", "text")
                        .put("notify", "Siti Rahayu")
                        .put("count", NUMBER)
                        .put("token", KEY),
                Node.of("enc", Map.of("v", "2", "type", "pkmsg"), KEY),
                Node.of("contact", (Object) ("+" + NUMBER)),
                Node.of("body", (Object) TEXT));

        String line = StanzaLog.describe(stanza);

        assertThat(line)
                .contains("<message", "id=3EB0A1B2C3D4E5F60718", "t=1796083200", "type=text", "from=…33:7@lid")
                .contains("sender_pn=…89@s.whatsapp.net", "<enc", "type=pkmsg", "16 bytes", "<contact 13 characters>")
                .contains("token=16 bytes", "notify=(11 characters)", "count=(12 characters)");
        assertNothingLeaks(line);
    }

    @Test
    void anAddressInAnotherFormIsNotWrittenOutEither() {
        for (String address : List.of(
                NUMBER,
                "+" + NUMBER,
                NUMBER + "-1",
                "7-" + NUMBER + ":2@interop",
                NUMBER + ":99@s.whatsapp.net",
                NUMBER + ".0:1@lid")) {
            for (String attribute : List.of("from", "jid", "type", "id", "count", "anything")) {
                assertNothingLeaks(
                        StanzaLog.describe(Node.of("iq", Attributes.of().put(attribute, address))));
            }
            assertNothingLeaks(StanzaLog.describe(Node.of("user", (Object) address)));
        }
    }

    @Test
    void aLineIsBounded() {
        Node node = Node.of("leaf");
        for (int i = 0; i < 200; i++) {
            node = Node.of("branch", node, node);
        }

        assertThat(StanzaLog.describe(node)).hasSizeLessThan(5_000);
    }

    @Test
    void isOnForItsSessionUntilItsEnd() {
        Instant now = Instant.ofEpochSecond(1_800_000_000);
        UUID session = UUID.randomUUID();
        StanzaLogs logs = new StanzaLogs(() -> now);

        logs.wanted(Map.of(session, now.plus(Duration.ofMinutes(1)), UUID.randomUUID(), now));

        assertThat(logs.isOn(session)).isTrue();
        assertThat(logs.isOn(UUID.randomUUID())).isFalse();
        logs.wanted(Map.of(session, now));
        assertThat(logs.isOn(session)).isFalse();
    }

    private static void assertNothingLeaks(String line) {
        assertThat(line)
                .doesNotContain(NUMBER, LID, TEXT, "Siti", NUMBER.substring(0, 5), NUMBER.substring(5))
                .doesNotContain(
                        HexFormat.of().formatHex(KEY), Base64.getEncoder().encodeToString(KEY))
                .doesNotContain(new String(KEY, StandardCharsets.ISO_8859_1));
    }
}
