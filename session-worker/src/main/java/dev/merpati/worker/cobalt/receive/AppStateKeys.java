package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.crypto.Primitives;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/** The keys that are derived from one key of the app state, and what is made with them (whatsmeow {@code appstate}). */
final class AppStateKeys {
    private static final int KEY_BYTES = 32;
    private static final int DERIVED = 5 * KEY_BYTES;

    private final byte[] id;
    private final byte[] derived;

    AppStateKeys(byte[] id, byte[] key) {
        this.id = id;
        derived = Primitives.hkdf(key, "WhatsApp Mutation Keys".getBytes(StandardCharsets.UTF_8), DERIVED);
    }

    private byte[] part(int index) {
        return Arrays.copyOfRange(derived, index * KEY_BYTES, (index + 1) * KEY_BYTES);
    }

    boolean isIndexMac(byte[] mac, byte[] index) {
        return MessageDigest.isEqual(mac, Primitives.hmac(part(0), index));
    }

    /** @param operation 0 to set, 1 to remove */
    boolean isValueMac(byte[] mac, int operation, byte[] sealed) {
        byte[] about = ByteBuffer.allocate(1 + id.length)
                .put((byte) (operation + 1))
                .put(id)
                .array();
        byte[] expected = Primitives.hmac512(part(2), about, sealed, number(about.length));
        return MessageDigest.isEqual(mac, Arrays.copyOf(expected, KEY_BYTES));
    }

    byte[] snapshotMac(String collection, long version, byte[] hash) {
        return Primitives.hmac(part(3), hash, number(version), collection.getBytes(StandardCharsets.UTF_8));
    }

    byte[] patchMac(String collection, long version, byte[] snapshotMac, byte[] valueMacs) {
        return Primitives.hmac(
                part(4), snapshotMac, valueMacs, number(version), collection.getBytes(StandardCharsets.UTF_8));
    }

    /** @param sealed the initialization vector and the ciphertext */
    byte[] open(byte[] sealed) throws GeneralSecurityException {
        return Primitives.openCbc(part(1), sealed);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
