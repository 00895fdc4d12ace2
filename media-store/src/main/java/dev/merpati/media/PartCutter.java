package dev.merpati.media;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Cuts content of unknown length into parts of equal size, except the last, and digests it on the way. Releases a full
 * part only when more content follows, so the last part is always known to be the last. Not thread-safe.
 */
final class PartCutter {
    private static final int FIRST_CAPACITY = 16 * 1024;

    private final int partSize;
    private final MessageDigest digest;
    private byte[] buffer = {};
    private int buffered;
    private int cut;
    private long size;

    PartCutter(int partSize) {
        this.partSize = partSize;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Copies a chunk and returns the parts that are now known to be full and not the last. */
    List<Part> append(ByteBuffer chunk) {
        digest.update(chunk.duplicate());
        size += chunk.remaining();
        List<Part> full = new ArrayList<>();
        while (chunk.hasRemaining()) {
            if (buffered == partSize) {
                full.add(cut(false));
            }
            int length = Math.min(chunk.remaining(), partSize - buffered);
            makeRoomFor(length);
            chunk.get(buffer, buffered, length);
            buffered += length;
        }
        return full;
    }

    /** Returns the last part, which is empty only if the whole content is. Nothing may be appended afterwards. */
    Part last() {
        return cut(true);
    }

    /** Returns what was appended. Call it once, after the last part. */
    StoredMedia summary(String mediaId) {
        return new StoredMedia(mediaId, size, HexFormat.of().formatHex(digest.digest()));
    }

    private Part cut(boolean last) {
        cut++;
        Part part = new Part(cut, ByteBuffer.wrap(buffer, 0, buffered), last);
        buffer = new byte[0];
        buffered = 0;
        return part;
    }

    private void makeRoomFor(int length) {
        int needed = buffered + length;
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(
                    buffer, Math.min(partSize, Math.max(needed, Math.max(FIRST_CAPACITY, 2 * buffer.length))));
        }
    }

    /**
     * A piece of the content.
     *
     * @param number from 1
     */
    record Part(int number, ByteBuffer content, boolean last) {
        boolean isWholeContent() {
            return last && number == 1;
        }
    }
}
