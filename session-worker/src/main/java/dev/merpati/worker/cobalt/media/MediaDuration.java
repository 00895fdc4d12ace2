package dev.merpati.worker.cobalt.media;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How long an audio or a video plays, which chats show before it is downloaded. Read from the file's own tables: Ogg with
 * Opus or Vorbis (RFC 3533, RFC 7845), MP4 and M4A (ISO/IEC 14496-12), and WAV. Nothing is decoded.
 */
public final class MediaDuration {
    private static final int OPUS_RATE = 48_000;
    /** Where a page of Ogg has its position, and how long its head is at least. */
    private static final int OGG_POSITION = 6;

    private static final int OGG_HEAD = 27;
    /** Pages have at most 255 segments of 255 bytes: the last one begins at most so far from the end. */
    private static final int OGG_PAGE = OGG_HEAD + 255 + 255 * 255;

    private MediaDuration() {}

    /** Returns whole seconds, rounded up as phones do; empty for other formats, and for files that do not say it. */
    public static OptionalInt seconds(byte[] file) {
        try {
            return of(ByteBuffer.wrap(file))
                    .map(duration -> OptionalInt.of(
                            Math.toIntExact(duration.plusMillis(999).toSeconds())))
                    .orElse(OptionalInt.empty());
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException e) {
            return OptionalInt.empty(); // Cut off, or damaged.
        }
    }

    private static Optional<Duration> of(ByteBuffer file) {
        if (file.remaining() < OGG_HEAD) {
            return Optional.empty();
        }
        return switch (text(file, 0)) {
            case "OggS" -> ogg(file);
            case "RIFF" -> "WAVE".equals(text(file, 8)) ? wav(file) : Optional.empty();
            default -> "ftyp".equals(text(file, 4)) ? mp4(file) : Optional.empty();
        };
    }

    private static String text(ByteBuffer file, int at) {
        byte[] four = new byte[4];
        file.get(at, four);
        return new String(four, StandardCharsets.ISO_8859_1);
    }

    private static Optional<Duration> ogg(ByteBuffer file) {
        file.order(ByteOrder.LITTLE_ENDIAN);
        int content = OGG_HEAD + Byte.toUnsignedInt(file.get(OGG_HEAD - 1));
        String codec = text(file, content) + text(file, content + 4);
        long rate;
        long skipped = 0;
        if (codec.startsWith("OpusHead")) {
            rate = OPUS_RATE;
            skipped = Short.toUnsignedLong(file.getShort(content + 10));
        } else if (codec.startsWith("vorbis", 1)) {
            rate = Integer.toUnsignedLong(file.getInt(content + 12));
        } else {
            return Optional.empty();
        }
        int first = Math.max(0, file.limit() - OGG_PAGE);
        for (int at = file.limit() - OGG_HEAD; at >= first; at--) {
            if (file.get(at) == 'O' && "OggS".equals(text(file, at))) {
                return played(file.getLong(at + OGG_POSITION) - skipped, rate);
            }
        }
        return Optional.empty();
    }

    private static Optional<Duration> wav(ByteBuffer file) {
        file.order(ByteOrder.LITTLE_ENDIAN);
        long rate = 0;
        for (int at = 12; at + 8 <= file.limit(); ) {
            long length = Integer.toUnsignedLong(file.getInt(at + 4));
            switch (text(file, at)) {
                case "fmt " -> rate = Integer.toUnsignedLong(file.getInt(at + 16));
                case "data" -> {
                    return played(Math.min(length, file.limit() - at - 8L), rate);
                }
                default -> {
                    // Names, pictures.
                }
            }
            at = Math.toIntExact(at + 8 + length + length % 2);
        }
        return Optional.empty();
    }

    private static Optional<Duration> mp4(ByteBuffer file) {
        return box(file, "moov").flatMap(movie -> box(movie, "mvhd")).flatMap(header -> {
            boolean wide = header.get(0) == 1;
            long rate = Integer.toUnsignedLong(header.getInt(wide ? 20 : 12));
            long length = wide ? header.getLong(24) : Integer.toUnsignedLong(header.getInt(16));
            return played(length, rate);
        });
    }

    /** Returns the content of the first box of a kind. */
    private static Optional<ByteBuffer> box(ByteBuffer boxes, String kind) {
        for (int at = 0; at + 8 <= boxes.limit(); ) {
            long length = Integer.toUnsignedLong(boxes.getInt(at));
            int head = length == 1 ? 16 : 8;
            if (length == 1) {
                length = boxes.getLong(at + 8);
            } else if (length == 0) {
                length = boxes.limit() - (long) at;
            }
            if (length < head) {
                return Optional.empty();
            }
            if (text(boxes, at + 4).equals(kind)) {
                int end = (int) Math.min(boxes.limit(), at + length);
                return Optional.of(boxes.slice(at + head, end - at - head));
            }
            at = Math.toIntExact(at + length);
        }
        return Optional.empty();
    }

    private static Optional<Duration> played(long units, long rate) {
        return units <= 0 || rate <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.multiplyExact(units, 1000L) / rate));
    }
}
