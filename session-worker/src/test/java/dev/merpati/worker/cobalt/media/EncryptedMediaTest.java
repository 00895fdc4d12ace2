package dev.merpati.worker.cobalt.media;

import static org.assertj.core.api.Assertions.assertThat;

import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.media.MediaKeys;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedMediaTest {

    /** Around the ends of cipher blocks and of the chunks in which it is encrypted. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 131_072, 200_000})
    void isWhatAnotherClientExpects(int length) throws Exception {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);

        EncryptedMedia media = EncryptedMedia.of(content, AttachmentType.IMAGE);
        byte[] uploaded = media.open().readAllBytes();

        MediaKeys keys = MediaKeys.of(media.key(), "WhatsApp Image Keys");
        byte[] ciphertext = Arrays.copyOf(uploaded, uploaded.length - 10);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(keys.macKey(), "HmacSHA256"));
        mac.update(keys.iv());
        assertThat(Arrays.copyOfRange(uploaded, ciphertext.length, uploaded.length))
                .isEqualTo(Arrays.copyOf(mac.doFinal(ciphertext), 10));
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(keys.cipherKey(), "AES"), new IvParameterSpec(keys.iv()));
        assertThat(cipher.doFinal(ciphertext)).isEqualTo(content);
        assertThat(media.encryptedLength()).isEqualTo(uploaded.length);
        assertThat(media.length()).isEqualTo(length);
        assertThat(media.sha256()).isEqualTo(sha256(content));
        assertThat(media.encryptedSha256()).isEqualTo(sha256(uploaded));
    }

    @Test
    void hasAKeyOfItsOwnEachTime() {
        byte[] content = new byte[10];

        assertThat(EncryptedMedia.of(content, AttachmentType.IMAGE).key())
                .isNotEqualTo(EncryptedMedia.of(content, AttachmentType.IMAGE).key());
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
