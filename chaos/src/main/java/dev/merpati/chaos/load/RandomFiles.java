package dev.merpati.chaos.load;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Files of random content. */
final class RandomFiles {
    private static final int SMALLEST = 1_000;
    private static final int LARGEST = 60_000;

    private RandomFiles() {}

    /** A file that begins and ends as a PDF does. */
    static byte[] pdf(Random random) {
        byte[] file = new byte[random.nextInt(SMALLEST, LARGEST)];
        random.nextBytes(file);
        byte[] signature = "%PDF-1.7\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(signature, 0, file, 0, signature.length);
        byte[] end = "\n%%EOF\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(end, 0, file, file.length - end.length, end.length);
        return file;
    }

    /** In lower-case hex. */
    static String sha256(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
