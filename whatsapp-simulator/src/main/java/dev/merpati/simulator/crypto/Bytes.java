package dev.merpati.simulator.crypto;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/** Byte arrays put together and taken apart. */
public final class Bytes {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Bytes() {}

    public static byte[] concat(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    /** The {@code length} low bytes of {@code value}, most significant first. */
    public static byte[] bigEndian(int value, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> (8 * (length - 1 - i)));
        }
        return bytes;
    }

    /** The inverse of {@link #bigEndian}, for up to 4 bytes. */
    public static int fromBigEndian(byte[] bytes) {
        int value = 0;
        for (byte next : bytes) {
            value = (value << 8) | (next & 0xff);
        }
        return value;
    }

    public static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** A uniformly random number from 1 to {@code bound} - 1. */
    public static int randomId(int bound) {
        return RANDOM.nextInt(1, bound);
    }
}
