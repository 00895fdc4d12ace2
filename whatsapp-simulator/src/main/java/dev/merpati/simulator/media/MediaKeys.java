package dev.merpati.simulator.media;

import dev.merpati.simulator.crypto.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The keys of one file, derived from the 32 bytes in its message. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MediaKeys(byte[] iv, byte[] cipherKey, byte[] macKey) {
    private static final int DERIVED_BYTES = 112;

    static MediaKeys derive(byte[] mediaKey, MediaKind kind) {
        byte[] info = kind.keyInfo().getBytes(StandardCharsets.US_ASCII);
        byte[] output = Hash.hkdf(mediaKey, new byte[32], info, DERIVED_BYTES);
        return new MediaKeys(
                Arrays.copyOf(output, 16), Arrays.copyOfRange(output, 16, 48), Arrays.copyOfRange(output, 48, 80));
    }
}
