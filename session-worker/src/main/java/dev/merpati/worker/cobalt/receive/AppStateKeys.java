package dev.merpati.worker.cobalt.receive;

import it.auties.whatsapp.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The keys that are derived from one key of the app state, and what is made with them (whatsmeow {@code appstate}). */
final class AppStateKeys {
    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 16;
    private static final int DERIVED = 5 * KEY_BYTES;

    private final byte[] id;
    private final byte[] derived;

    AppStateKeys(byte[] id, byte[] key) {
        this.id = id;
        derived = Hkdf.extractAndExpand(key, "WhatsApp Mutation Keys".getBytes(StandardCharsets.UTF_8), DERIVED);
    }

    private byte[] part(int index) {
        return Arrays.copyOfRange(derived, index * KEY_BYTES, (index + 1) * KEY_BYTES);
    }

    boolean isIndexMac(byte[] mac, byte[] index) {
        return MessageDigest.isEqual(mac, hmac("HmacSHA256", part(0), List.of(index)));
    }

    /** @param operation 0 to set, 1 to remove */
    boolean isValueMac(byte[] mac, int operation, byte[] sealed) {
        byte[] about = ByteBuffer.allocate(1 + id.length)
                .put((byte) (operation + 1))
                .put(id)
                .array();
        byte[] expected = hmac("HmacSHA512", part(2), List.of(about, sealed, number(about.length)));
        return MessageDigest.isEqual(mac, Arrays.copyOf(expected, KEY_BYTES));
    }

    byte[] snapshotMac(String collection, long version, byte[] hash) {
        return hmac("HmacSHA256", part(3), List.of(hash, number(version), collection.getBytes(StandardCharsets.UTF_8)));
    }

    byte[] patchMac(String collection, long version, byte[] snapshotMac, byte[] valueMacs) {
        return hmac(
                "HmacSHA256",
                part(4),
                List.of(snapshotMac, valueMacs, number(version), collection.getBytes(StandardCharsets.UTF_8)));
    }

    /** @param sealed the initialization vector and the ciphertext */
    byte[] open(byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < IV_BYTES) {
            throw new GeneralSecurityException("too short");
        }
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(part(1), "AES"), new IvParameterSpec(sealed, 0, IV_BYTES));
        return cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static byte[] hmac(String algorithm, byte[] key, List<byte[]> parts) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            parts.forEach(mac::update);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks " + algorithm, e);
        }
    }
}
