package dev.merpati.worker.cobalt.proto;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/** Reads the fields of a message that is too large to have in memory at once. */
public final class ProtoStream {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;
    private static final int TYPE_BITS = 3;
    private static final int VARINT_BITS = 64;

    private ProtoStream() {}

    /** Takes a field that holds bytes. */
    @FunctionalInterface
    public interface Field {
        void read(int field, byte[] content) throws MalformedProtobufException;
    }

    /**
     * @param wanted the fields to read; the others are passed over
     * @param largest how many bytes a wanted field may have
     */
    public static void read(InputStream in, Set<Integer> wanted, int largest, Field reader)
            throws IOException, MalformedProtobufException {
        for (int first = in.read(); first >= 0; first = in.read()) {
            long tag = varint(first, in);
            int field = (int) (tag >>> TYPE_BITS);
            switch ((int) tag & 7) {
                case VARINT -> varint(in.read(), in);
                case FIXED64 -> in.skipNBytes(Long.BYTES);
                case FIXED32 -> in.skipNBytes(Integer.BYTES);
                case BYTES -> {
                    long length = varint(in.read(), in);
                    if (!wanted.contains(field)) {
                        in.skipNBytes(length);
                    } else if (length < 0 || length > largest) {
                        throw new MalformedProtobufException("a field of " + length + " bytes");
                    } else {
                        reader.read(field, content(in, (int) length));
                    }
                }
                default -> throw new MalformedProtobufException("a field of a type that there is not");
            }
        }
    }

    private static byte[] content(InputStream in, int length) throws IOException {
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("a field that is cut off");
        }
        return content;
    }

    private static long varint(int first, InputStream in) throws IOException, MalformedProtobufException {
        long value = 0;
        int next = first;
        for (int shift = 0; shift < VARINT_BITS; shift += 7) {
            if (next < 0) {
                throw new EOFException("a number that is cut off");
            }
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return value;
            }
            next = in.read();
        }
        throw new MalformedProtobufException("a number that does not end");
    }
}
