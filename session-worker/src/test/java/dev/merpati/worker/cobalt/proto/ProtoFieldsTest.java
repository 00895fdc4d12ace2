package dev.merpati.worker.cobalt.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtoFieldsTest {

    @Test
    void whatOthersWriteIsRead() throws MalformedProtobufException {
        byte[] bytes = ProtoMessage.builder()
                .number(1, 300)
                .number(1, -1)
                .text(2, "halo")
                .decimal(3, 1.5)
                .message(4, ProtoMessage.builder().number(1, 1))
                .message(4, ProtoMessage.builder().number(1, 0))
                .build();

        ProtoFields message = ProtoFields.parse(bytes);

        assertThat(message.number(1)).hasValue(-1);
        assertThat(message.text(2)).hasValue("halo");
        assertThat(message.messages(4)).extracting(each -> each.flag(1)).containsExactly(true, false);
        assertThat(message.number(5)).isEmpty();
        assertThat(message.bytes(1)).isEmpty();
        assertThatThrownBy(() -> message.requiredBytes(1))
                .isInstanceOf(MalformedProtobufException.class)
                .hasMessageContaining("field 1");
    }

    @Test
    void othersReadWhatIsWritten() {
        byte[] bytes = new ProtoWriter()
                .number(1, Long.MIN_VALUE)
                .text(200, "x".repeat(300))
                .message(3, new ProtoWriter().number(1, 5))
                .toBytes();

        ProtoMessage read = ProtoMessage.parse(bytes);

        assertThat(read.number(1)).hasValue(Long.MIN_VALUE);
        assertThat(read.text(200)).hasValue("x".repeat(300));
        assertThat(read.requiredMessage(3).number(1)).hasValue(5);
    }

    @Test
    void whatIsCutOffIsNoMessage() {
        ProtoBuilder whole = ProtoMessage.builder().bytes(1, new byte[200]);
        byte[] cut = java.util.Arrays.copyOf(whole.build(), 100);
        assertThatThrownBy(() -> ProtoFields.parse(cut)).isInstanceOf(MalformedProtobufException.class);
    }

    @Test
    void garbageThrowsNothingElse() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            try {
                ProtoFields.parse(garbage).messages(1);
            } catch (MalformedProtobufException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }
}
