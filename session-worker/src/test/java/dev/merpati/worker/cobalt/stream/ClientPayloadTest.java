package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.Device;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Read by the simulator's reader, which shares nothing with the writer. */
class ClientPayloadTest {
    private static final String VERSION = "2.3000.1045649367";

    private final Device unlinked = Device.unlinked(UUID.randomUUID(), "Merpati");

    @Test
    void aRegistrationNamesTheBrowserTheKeysAndTheVersion() throws Exception {
        ProtoMessage payload = ProtoMessage.parse(ClientPayload.of(unlinked, VERSION));

        assertThat(payload.has(1)).isFalse();
        assertThat(payload.number(3)).hasValue(0);
        assertThat(payload.number(33)).hasValue(0);
        assertBrowser(payload);
        ProtoMessage data = payload.requiredMessage(19);
        assertThat(data.requiredBytes(1)).isEqualTo(unlinked.keys().encodedRegistrationId());
        assertThat(data.requiredBytes(2)).containsExactly(5);
        assertThat(data.requiredBytes(3))
                .isEqualTo(unlinked.keys().identityKeyPair().publicKey());
        assertThat(data.requiredBytes(4)).hasSize(3);
        assertThat(data.requiredBytes(5))
                .isEqualTo(unlinked.keys().signedKeyPair().publicKey());
        assertThat(data.requiredBytes(6)).hasSize(64);
        assertThat(data.requiredBytes(7))
                .isEqualTo(MessageDigest.getInstance("MD5").digest(VERSION.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aDeviceSaysWhatItShowsAndWhichHistoryItTakes() {
        ProtoMessage properties = ProtoMessage.parse(ClientPayload.of(unlinked, VERSION))
                .requiredMessage(19)
                .requiredMessage(8);

        assertThat(properties.text(1)).contains("Merpati");
        assertThat(numbers(properties.requiredMessage(2))).containsExactly(0L, 1L, 0L);
        assertThat(properties.number(3)).hasValue(1);
        assertThat(properties.number(4)).hasValue(0);
        ProtoMessage history = properties.requiredMessage(5);
        assertThat(List.of(4, 6, 7, 8, 9, 10, 11, 12, 14, 15, 21, 22))
                .allSatisfy(flag -> assertThat(history.number(flag)).hasValue(1));
    }

    @Test
    void aLoginNamesTheDevice() {
        Device linked = new Device(
                unlinked.sessionId(),
                "Merpati",
                unlinked.keys(),
                Address.ofNumber("628111222333").withDevice(7));

        ProtoMessage payload = ProtoMessage.parse(ClientPayload.of(linked, VERSION));

        assertThat(payload.number(1)).hasValue(628_111_222_333L);
        assertThat(payload.number(18)).hasValue(7);
        assertThat(List.of(3, 24, 33, 41))
                .allSatisfy(field -> assertThat(payload.number(field)).hasValue(1));
        assertThat(payload.has(19)).isFalse();
        assertBrowser(payload);
    }

    private static void assertBrowser(ProtoMessage payload) {
        ProtoMessage agent = payload.requiredMessage(5);
        assertThat(agent.number(1)).hasValue(14);
        assertThat(numbers(agent.requiredMessage(2))).containsExactly(2L, 3000L, 1_045_649_367L);
        assertThat(List.of(3, 4, 5, 7, 8, 11, 12).stream().map(agent::text).map(text -> text.orElse("none")))
                .containsExactly("000", "000", "0.1", "Desktop", "0.1", "en", "US");
        assertThat(agent.text(6)).contains("");
        assertThat(payload.requiredMessage(6).number(4)).hasValue(0);
        assertThat(payload.number(12)).hasValue(1);
        assertThat(payload.number(13)).hasValue(1);
    }

    private static List<Long> numbers(ProtoMessage version) {
        return List.of(1, 2, 3).stream()
                .map(field -> version.number(field).orElse(-1))
                .toList();
    }
}
