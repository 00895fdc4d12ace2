package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.command.MediaKind;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.media.EncryptedMedia;
import dev.merpati.worker.cobalt.media.MediaHttpClient;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageContentTest {

    /** Both messages have their length in seconds in field 5. */
    @ParameterizedTest
    @CsvSource({"AUDIO, 8", "VIDEO, 9"})
    void aFileThatPlaysSaysHowLong(MediaKind kind, int field) {
        byte[] wav = ByteBuffer.allocate(44 + 16_000 * 3)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF"))
                .putInt(36 + 16_000 * 3)
                .put(ascii("WAVEfmt "))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(8000)
                .putInt(16_000)
                .putShort((short) 2)
                .putShort((short) 16)
                .put(ascii("data"))
                .putInt(16_000 * 3)
                .array();

        assertThat(seconds(kind, field, wav)).isEqualTo(3);
        assertThat(seconds(kind, field, ascii("of a format that is not read, and long enough for a head")))
                .isEqualTo(-1);
    }

    private static long seconds(MediaKind kind, int field, byte[] file) {
        OutgoingMessage.Media message = World.media("A", "628111222333", kind, "audio/wav", "a.wav", file, null);
        MessageContent content = MessageContent.media(
                message,
                EncryptedMedia.of(file, MessageContent.attachmentType(kind)),
                new MediaHttpClient.Stored("https://mmg.whatsapp.net/a", "/a"));
        return ProtoMessage.parse(content.encoded())
                .requiredMessage(field)
                .number(5)
                .orElse(-1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
