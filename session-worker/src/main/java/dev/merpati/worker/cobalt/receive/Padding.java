package dev.merpati.worker.cobalt.receive;

import java.util.Arrays;
import java.util.Optional;

/** Each of the bytes that hide a message's exact length says how many there are (whatsmeow {@code unpadMessage}). */
final class Padding {
    private Padding() {}

    /** Returns the message without them; empty when they are not as they should be. */
    static Optional<byte[]> remove(byte[] padded) {
        if (padded.length == 0) {
            return Optional.empty();
        }
        int count = Byte.toUnsignedInt(padded[padded.length - 1]);
        if (count == 0 || count > padded.length) {
            return Optional.empty();
        }
        for (int i = padded.length - count; i < padded.length; i++) {
            if (Byte.toUnsignedInt(padded[i]) != count) {
                return Optional.empty();
            }
        }
        return Optional.of(Arrays.copyOf(padded, padded.length - count));
    }
}
