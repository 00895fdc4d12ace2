package dev.merpati.worker.cobalt.proto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one protobuf message, by number. Of a field that may occur once the last one counts; fields that nobody
 * asks for cost nothing but their place.
 */
public final class ProtoMessage {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;
    private static final long MAX_TAG = 0xffff_ffffL;
    private static final int MOST_VARINT_BITS = 63;

    private final List<Field> fields;

    /** @param bytes null for a number */
    private record Field(int number, long value, @Nullable ByteBuffer bytes) {}

    private ProtoMessage(List<Field> fields) {
        this.fields = fields;
    }

    /** @throws IllegalArgumentException if it is no protobuf message */
    public static ProtoMessage parse(byte[] bytes) {
        return parse(ByteBuffer.wrap(bytes));
    }

    private static ProtoMessage parse(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            if (tag < 0 || tag > MAX_TAG) {
                throw new IllegalArgumentException("a field number that is out of range");
            }
            int number = (int) (tag >>> 3);
            switch ((int) (tag & 7)) {
                case VARINT -> fields.add(new Field(number, varint(in), null));
                case FIXED_64 ->
                    fields.add(new Field(number, require(in, Long.BYTES).getLong(), null));
                case FIXED_32 ->
                    fields.add(new Field(number, require(in, Integer.BYTES).getInt(), null));
                case BYTES -> {
                    long length = varint(in);
                    require(in, length);
                    fields.add(new Field(number, 0, in.slice(in.position(), (int) length)));
                    in.position(in.position() + (int) length);
                }
                default -> throw new IllegalArgumentException("unknown wire type of field " + number);
            }
        }
        return new ProtoMessage(fields);
    }

    private static ByteBuffer require(ByteBuffer in, long length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("a field of " + length + " bytes where " + in.remaining() + " are left");
        }
        return in;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift <= MOST_VARINT_BITS; shift += 7) {
            byte next = require(in, 1).get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than ten bytes");
    }

    public OptionalLong number(int field) {
        return fields.stream()
                .filter(each -> each.number() == field && each.bytes() == null)
                .mapToLong(Field::value)
                .reduce((_, last) -> last);
    }

    /** Whether a boolean field is there and true. */
    public boolean flag(int field) {
        return number(field).orElse(0) != 0;
    }

    public Optional<byte[]> bytes(int field) {
        return buffers(field).reduce((_, last) -> last).map(ProtoMessage::copy);
    }

    /** Returns all the values of a repeated field. */
    public List<byte[]> allBytes(int field) {
        return buffers(field).map(ProtoMessage::copy).toList();
    }

    /** @throws IllegalArgumentException if the field is missing */
    public byte[] requiredBytes(int field) {
        return bytes(field).orElseThrow(() -> new IllegalArgumentException("field " + field + " is missing"));
    }

    public Optional<String> text(int field) {
        return bytes(field).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException if the field holds no message */
    public Optional<ProtoMessage> message(int field) {
        return buffers(field).reduce((_, last) -> last).map(ProtoMessage::parse);
    }

    /** @throws IllegalArgumentException if one of the values is no message */
    public List<ProtoMessage> messages(int field) {
        return buffers(field).map(ProtoMessage::parse).toList();
    }

    private Stream<ByteBuffer> buffers(int field) {
        return fields.stream()
                .filter(each -> each.number() == field)
                .map(Field::bytes)
                .filter(Objects::nonNull);
    }

    private static byte[] copy(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return bytes;
    }
}
