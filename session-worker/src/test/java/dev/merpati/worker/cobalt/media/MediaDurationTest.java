package dev.merpati.worker.cobalt.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;

/** WAV is made by the JDK; the others by hand, after the formats' documents. */
class MediaDurationTest {
    /** 80 ms of encoder delay, which do not count. */
    private static final byte[] OPUS_HEAD = bytes(19)
            .put(ascii("OpusHead"))
            .put((byte) 1)
            .put((byte) 1)
            .putShort((short) 3840)
            .putInt(16_000)
            .array();

    private static final byte[] VORBIS_HEAD = bytes(30)
            .put((byte) 1)
            .put(ascii("vorbis"))
            .putInt(0)
            .put((byte) 2)
            .putInt(44_100)
            .array();

    @Test
    void anOggFileEndsWithThePositionOfItsLastSample() {
        byte[] opus = join(page(0, OPUS_HEAD), page(48_000, new byte[200]), page(48_000 * 4 + 3840, new byte[200]));
        byte[] vorbis = join(page(0, VORBIS_HEAD), page(44_100 * 61, new byte[255]));

        assertThat(MediaDuration.seconds(opus)).hasValue(4);
        assertThat(MediaDuration.seconds(vorbis)).hasValue(61);
    }

    @Test
    void aBegunSecondCounts() {
        assertThat(MediaDuration.seconds(join(page(0, OPUS_HEAD), page(48_000 + 3840 + 480, new byte[9]))))
                .hasValue(2);
    }

    @Test
    void anMp4FileSaysItInItsHeaderWhereverThatIs() {
        byte[] narrow =
                ByteBuffer.allocate(100).putInt(12, 1000).putInt(16, 5500).array();
        byte[] wide = ByteBuffer.allocate(112)
                .put(0, (byte) 1)
                .putInt(20, 90_000)
                .putLong(24, 90_000L * 7200)
                .array();
        byte[] type = box("ftyp", ascii("isom0000"));

        assertThat(MediaDuration.seconds(join(type, box("mdat", new byte[500]), box("moov", box("mvhd", narrow)))))
                .hasValue(6);
        assertThat(MediaDuration.seconds(join(
                        type,
                        box("moov", join(box("udta", new byte[10]), box("mvhd", wide))),
                        box("mdat", new byte[9]))))
                .hasValue(7200);
    }

    @Test
    void aWavFileIsAsLongAsItsSamples() throws IOException {
        AudioFormat format = new AudioFormat(8000, 16, 1, true, false);
        byte[] samples = new byte[8000 * 2 * 3];
        ByteArrayOutputStream wav = new ByteArrayOutputStream();
        AudioSystem.write(
                new AudioInputStream(new ByteArrayInputStream(samples), format, samples.length / 2),
                AudioFileFormat.Type.WAVE,
                wav);

        assertThat(MediaDuration.seconds(wav.toByteArray())).hasValue(3);
    }

    @Test
    void otherFilesAndDamagedOnesHaveNone() {
        byte[] mp4 = join(box("ftyp", ascii("isom0000")), box("moov", box("mvhd", new byte[100])));
        Random random = new Random(1);
        assertThat(MediaDuration.seconds(new byte[0])).isEmpty();
        assertThat(MediaDuration.seconds(ascii("ID3 an MP3 file, which would have to be counted")))
                .isEmpty();
        assertThat(MediaDuration.seconds(mp4)).as("a length of nothing").isEmpty();
        for (byte[] whole : new byte[][] {mp4, join(page(0, OPUS_HEAD), page(48_000, new byte[50]))}) {
            for (int i = 0; i < 2000; i++) {
                byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
                for (int j = 0; j < 3 && damaged.length > 0; j++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                MediaDuration.seconds(damaged)
                        .ifPresent(seconds -> assertThat(seconds).isNotNegative());
            }
        }
    }

    private static byte[] page(long position, byte[] content) {
        return bytes(28 + content.length)
                .put(ascii("OggS"))
                .putShort((short) 0)
                .putLong(position)
                .putLong(0)
                .putInt(0)
                .put((byte) 1)
                .put((byte) content.length)
                .put(content)
                .array();
    }

    private static byte[] box(String kind, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .putInt(8 + content.length)
                .put(ascii(kind))
                .put(content)
                .array();
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(joined::writeBytes);
        return joined.toByteArray();
    }
}
