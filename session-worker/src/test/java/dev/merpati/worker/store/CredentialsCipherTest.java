package dev.merpati.worker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.worker.settings.CredentialsSettings;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CredentialsCipherTest {
    private static final UUID SESSION = UUID.randomUUID();
    private static final String NAME = "signal:628111222333";
    private static final byte[] SECRET = "the keys of a device".getBytes(StandardCharsets.UTF_8);
    private static final String OLD = key(1);
    private static final String NEW = key(2);

    private final CredentialsCipher cipher = cipher("old", Map.of("old", OLD));

    @Test
    void readsBackWhatItEncrypted() {
        byte[] envelope = cipher.encrypt(SESSION, NAME, SECRET);

        assertThat(cipher.decrypt(SESSION, NAME, envelope)).isEqualTo(SECRET);
        assertThat(new String(envelope, StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(SECRET, StandardCharsets.ISO_8859_1));
    }

    /** Or somebody who can write to Redis could give a session the keys of another. */
    @Test
    void oneRecordCannotBePutInThePlaceOfAnother() {
        byte[] envelope = cipher.encrypt(SESSION, NAME, SECRET);

        assertThatThrownBy(() -> cipher.decrypt(SESSION, "signal:628111222444", envelope))
                .isInstanceOf(UnreadableCredentialsException.class);
        assertThatThrownBy(() -> cipher.decrypt(SESSION, "", envelope))
                .isInstanceOf(UnreadableCredentialsException.class);
    }

    @Test
    void neverEncryptsTheSameTwice() {
        assertThat(cipher.encrypt(SESSION, NAME, SECRET)).isNotEqualTo(cipher.encrypt(SESSION, NAME, SECRET));
    }

    @Test
    void noticesAChangeOfAnyByte() {
        byte[] envelope = cipher.encrypt(SESSION, NAME, SECRET);
        for (int i = 0; i < envelope.length; i++) {
            byte[] changed = envelope.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> cipher.decrypt(SESSION, NAME, changed))
                    .as("byte %d", i)
                    .isInstanceOf(UnreadableCredentialsException.class);
        }
    }

    @Test
    void noticesThatTheEndIsMissing() {
        byte[] envelope = cipher.encrypt(SESSION, NAME, SECRET);
        for (int length = 0; length < envelope.length; length++) {
            byte[] cut = Arrays.copyOf(envelope, length);
            assertThatThrownBy(() -> cipher.decrypt(SESSION, NAME, cut))
                    .isInstanceOf(UnreadableCredentialsException.class);
        }
    }

    @Test
    void refusesTheEnvelopeOfAnotherSession() {
        byte[] envelope = cipher.encrypt(SESSION, NAME, SECRET);

        assertThatThrownBy(() -> cipher.decrypt(UUID.randomUUID(), NAME, envelope))
                .isInstanceOf(UnreadableCredentialsException.class);
    }

    @Test
    void readsOldEnvelopesWhileItWritesWithTheNewKey() {
        byte[] old = cipher.encrypt(SESSION, NAME, SECRET);
        CredentialsCipher rotated = cipher("new", Map.of("old", OLD, "new", NEW));

        assertThat(rotated.decrypt(SESSION, NAME, old)).isEqualTo(SECRET);
        byte[] written = rotated.encrypt(SESSION, NAME, SECRET);
        assertThat(cipher("new", Map.of("new", NEW)).decrypt(SESSION, NAME, written))
                .isEqualTo(SECRET);
    }

    @Test
    void saysWhichKeyIsMissing() {
        byte[] envelope = cipher.encrypt(SESSION, NAME, SECRET);

        assertThatThrownBy(() -> cipher("new", Map.of("new", NEW)).decrypt(SESSION, NAME, envelope))
                .hasMessageContaining("merpati.credentials.keys.old");
    }

    @Test
    void keepsAllPartsOfTheCredentials() {
        Credentials decoded = RedisCredentialsStore.decode(
                RedisCredentialsStore.encode(new Credentials(SECRET, new byte[] {7}, Credentials.Sessions.IN_RECORDS)));

        assertThat(decoded.keys()).isEqualTo(SECRET);
        assertThat(decoded.store()).containsExactly(7);
        assertThat(decoded.sessions()).isEqualTo(Credentials.Sessions.IN_RECORDS);
    }

    @ParameterizedTest
    @MethodSource
    void sayThatDecryptedCredentialsCannotBeDecoded(byte[] bytes) {
        assertThatThrownBy(() -> RedisCredentialsStore.decode(bytes))
                .isInstanceOf(UnreadableCredentialsException.class);
    }

    static Stream<byte[]> sayThatDecryptedCredentialsCannotBeDecoded() {
        return Stream.of(
                new byte[] {},
                new byte[] {1, 0, 0, 0},
                new byte[] {1, 0, 0, 0, 9, 1, 2},
                new byte[] {1, -1, -1, -1, -1, 1},
                new byte[] {1, 127, -1, -1, -1, 1});
    }

    private static CredentialsCipher cipher(String active, Map<String, String> keys) {
        return new CredentialsCipher(new CredentialsSettings(active, keys));
    }

    private static String key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return Base64.getEncoder().encodeToString(key);
    }
}
