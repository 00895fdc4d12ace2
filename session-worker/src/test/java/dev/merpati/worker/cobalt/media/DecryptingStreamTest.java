package dev.merpati.worker.cobalt.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import it.auties.whatsapp.model.media.AttachmentType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link EncryptedMedia} makes, which a test of its own compares with the format, and what became of it on the way. */
class DecryptingStreamTest {
    private static final byte[] UNSAID = {};

    private final byte[] content = random(200_000);
    private final EncryptedMedia media = EncryptedMedia.of(content, AttachmentType.VIDEO);

    /** Around the ends of cipher blocks and of chunks. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 15, 16, 17, 31, 32, 65_535, 65_536, 65_537, 65_546, 131_072, 200_000})
    void isTheFileThatWasEncrypted(int length) throws IOException {
        byte[] file = random(length);
        EncryptedMedia encrypted = EncryptedMedia.of(file, AttachmentType.VIDEO);
        byte[] sealed = encrypted.open().readAllBytes();

        assertThat(decrypt(encrypted, new ByteArrayInputStream(sealed)).readAllBytes())
                .isEqualTo(file);
        assertThat(decrypt(encrypted, new Trickle(sealed, 1)).readAllBytes()).isEqualTo(file);
        assertThat(decrypt(encrypted, new Trickle(sealed, 11)).readAllBytes()).isEqualTo(file);
    }

    @Test
    void canBeReadByteByByte() throws IOException {
        InputStream stream = decrypt(media, media.open());

        for (byte expected : content) {
            assertThat((byte) stream.read()).isEqualTo(expected);
        }
        assertThat(stream.read()).isEqualTo(-1);
        assertThat(stream.read(new byte[2], 0, 2)).isEqualTo(-1);
    }

    /** Wherever it breaks off, between blocks or within one, and whether or not anybody has said what the hash is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 16, 26, 65_536, 199_990, 200_016, 200_017})
    void aFileThatIsCutOffIsNone(int missing) throws IOException {
        byte[] sealed = media.open().readAllBytes();
        byte[] cut = Arrays.copyOf(sealed, sealed.length - missing);

        assertCorrupt(cut, media.sha256(), media.encryptedSha256());
        assertCorrupt(cut, UNSAID, UNSAID);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 65_536, 199_999, 200_007, 200_017})
    void aByteThatIsAnotherOneIsNoticed(int position) throws IOException {
        byte[] sealed = media.open().readAllBytes();
        sealed[position] ^= 1;

        assertCorrupt(sealed, UNSAID, UNSAID);
        assertCorrupt(sealed, media.sha256(), media.encryptedSha256());
    }

    /** Sealed under the right key, but not what the message is about. */
    @Test
    void anotherFileUnderTheSameKeyIsNoticed() throws IOException {
        byte[] sealed = media.open().readAllBytes();

        assertCorrupt(sealed, random(32), UNSAID);
        assertCorrupt(sealed, UNSAID, random(32));
    }

    @Test
    void aFileUnderAnotherKeyIsNoticed() throws IOException {
        EncryptedMedia other = EncryptedMedia.of(content, AttachmentType.VIDEO);

        assertThatThrownBy(() -> decrypt(media, other.open()).readAllBytes()).isInstanceOf(CorruptMediaException.class);
        assertThatThrownBy(() -> new DecryptingStream(
                                media.open(), MediaCipher.of(media.key(), AttachmentType.IMAGE), UNSAID, UNSAID)
                        .readAllBytes())
                .isInstanceOf(CorruptMediaException.class);
    }

    @Test
    void nothingIsNoFile() {
        assertCorrupt(new byte[0], UNSAID, UNSAID);
    }

    private void assertCorrupt(byte[] sealed, byte[] sha256, byte[] sealedSha256) {
        assertThatThrownBy(() -> new DecryptingStream(
                                new ByteArrayInputStream(sealed),
                                MediaCipher.of(media.key(), AttachmentType.VIDEO),
                                sha256,
                                sealedSha256)
                        .readAllBytes())
                .isInstanceOf(CorruptMediaException.class);
    }

    private static InputStream decrypt(EncryptedMedia media, InputStream sealed) {
        return new DecryptingStream(
                sealed, MediaCipher.of(media.key(), AttachmentType.VIDEO), media.sha256(), media.encryptedSha256());
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Hands out a few bytes at a time. */
    private static final class Trickle extends ByteArrayInputStream {
        private final int most;

        Trickle(byte[] bytes, int most) {
            super(bytes);
            this.most = most;
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(most, length));
        }
    }
}
