package dev.merpati.gateway.media;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file (RFC 9110, section 14).
 *
 * @param first position of its first byte; the file's length or more when no part of the file is meant
 * @param length how many bytes
 */
record ByteRange(long first, long length) {
    /** Of one range; a request for several may be answered with the whole file, and is. */
    private static final Pattern FORM = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    /** Reads a {@code Range} header; null when the whole file is to be sent. */
    static @Nullable ByteRange parse(@Nullable String header, long size) {
        Matcher form = FORM.matcher(header == null ? "" : header);
        if (!form.matches()) {
            return null;
        }
        String from = form.group(1);
        String to = form.group(2);
        if (from.isEmpty()) {
            return to.isEmpty() ? null : last(Long.parseLong(to), size);
        }
        long first = Long.parseLong(from);
        long end = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
        if (end < first) {
            return null; // Not valid, and so to be ignored.
        }
        return new ByteRange(first, first >= size ? 0 : Math.min(end, size - 1) - first + 1);
    }

    private static ByteRange last(long bytes, long size) {
        long length = Math.min(bytes, size);
        return new ByteRange(size - length, length);
    }

    boolean isSatisfiable() {
        return length > 0;
    }

    /** Returns the {@code Content-Range}. */
    String of(long size) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
