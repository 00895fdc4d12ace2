package dev.merpati.simulator.phone;

import dev.merpati.simulator.crypto.Bytes;
import java.util.Arrays;

/** The padding that hides a message's length: 1 to 16 bytes, each of which says how many they are. */
public final class Padding {
    private static final int MAX = 16;

    private Padding() {}

    public static byte[] add(byte[] message) {
        byte[] padding = new byte[Bytes.randomId(MAX + 1)];
        Arrays.fill(padding, (byte) padding.length);
        return Bytes.concat(message, padding);
    }

    /** @throws IllegalArgumentException if there is none */
    public static byte[] remove(byte[] padded) {
        int padding = padded.length == 0 ? 0 : padded[padded.length - 1] & 0xff;
        if (padding == 0 || padding > padded.length || padding > MAX) {
            throw new IllegalArgumentException("Padding of " + padding + " in " + padded.length + " bytes");
        }
        return Arrays.copyOf(padded, padded.length - padding);
    }
}
