package dev.merpati.worker.cobalt.proto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The fields of a message by their numbers. What the schema does not name is kept and ignored. Of a field that comes more
 * than once the last value counts, and of messages all of them together, as the encoding has it.
 */
public final class ProtoFields {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;
    private static final int TYPE_BITS = 3;
    private static final int VARINT_BITS = 64;

    private final Map<Integer, List<Long>> numbers = new HashMap<>();
    private final Map<Integer, List<byte[]>> contents = new HashMap<>();

    private ProtoFields() {}

    /** @throws MalformedProtobufException when the bytes are cut off, or hold what protocol buffers do not */
    public static ProtoFields parse(byte[] bytes) throws MalformedProtobufException {
        ProtoFields fields = new ProtoFields();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            long tag = varint(in);
            int field = (int) (tag >>> TYPE_BITS);
            if (field <= 0) {
                throw new MalformedProtobufException("a field without a number");
            }
            switch ((int) tag & 7) {
                case VARINT -> fields.add(field, varint(in));
                case FIXED64 -> fields.add(field, require(in, Long.BYTES).getLong());
                case FIXED32 -> fields.add(field, require(in, Integer.BYTES).getInt());
                case BYTES -> fields.add(field, bytes(in));
                default -> throw new MalformedProtobufException("a field of a type that there is not");
            }
        }
        return fields;
    }

    private static long varint(ByteBuffer in) throws MalformedProtobufException {
        long value = 0;
        for (int shift = 0; shift < VARINT_BITS; shift += 7) {
            byte next = require(in, 1).get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedProtobufException("a number that does not end");
    }

    private static byte[] bytes(ByteBuffer in) throws MalformedProtobufException {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw new MalformedProtobufException("a field that is cut off");
        }
        byte[] content = new byte[(int) length];
        in.get(content);
        return content;
    }

    private static ByteBuffer require(ByteBuffer in, int bytes) throws MalformedProtobufException {
        if (in.remaining() < bytes) {
            throw new MalformedProtobufException("a field that is cut off");
        }
        return in;
    }

    private void add(int field, long value) {
        numbers.computeIfAbsent(field, _ -> new ArrayList<>()).add(value);
    }

    private void add(int field, byte[] value) {
        contents.computeIfAbsent(field, _ -> new ArrayList<>()).add(value);
    }

    public boolean has(int field) {
        return numbers.containsKey(field) || contents.containsKey(field);
    }

    /** Returns the numbers of the fields that hold bytes: texts and messages too. */
    public Set<Integer> contentFields() {
        return Set.copyOf(contents.keySet());
    }

    public OptionalLong number(int field) {
        List<Long> values = numbers.get(field);
        return values == null ? OptionalLong.empty() : OptionalLong.of(values.getLast());
    }

    public boolean flag(int field) {
        return number(field).orElse(0) != 0;
    }

    public OptionalDouble decimal(int field) {
        OptionalLong bits = number(field);
        return bits.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.longBitsToDouble(bits.getAsLong()));
    }

    public Optional<byte[]> bytes(int field) {
        List<byte[]> values = contents.get(field);
        return values == null ? Optional.empty() : Optional.of(values.getLast());
    }

    /** @throws MalformedProtobufException when it is missing */
    public byte[] requiredBytes(int field) throws MalformedProtobufException {
        Optional<byte[]> value = bytes(field);
        if (value.isEmpty()) {
            throw new MalformedProtobufException("field " + field + " is missing");
        }
        return value.get();
    }

    /** @throws MalformedProtobufException when it is not UTF-8 */
    public Optional<String> text(int field) throws MalformedProtobufException {
        Optional<byte[]> value = bytes(field);
        return value.isEmpty() ? Optional.empty() : Optional.of(decode(value.get()));
    }

    private static String decode(byte[] utf8) throws MalformedProtobufException {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new MalformedProtobufException("a text that is not UTF-8");
        }
    }

    public Optional<ProtoFields> message(int field) throws MalformedProtobufException {
        List<byte[]> values = contents.get(field);
        if (values == null) {
            return Optional.empty();
        }
        ByteArrayOutputStream merged = new ByteArrayOutputStream();
        values.forEach(merged::writeBytes);
        return Optional.of(parse(merged.toByteArray()));
    }

    public List<byte[]> allBytes(int field) {
        return contents.getOrDefault(field, List.of());
    }

    public List<ProtoFields> messages(int field) throws MalformedProtobufException {
        List<ProtoFields> messages = new ArrayList<>();
        for (byte[] value : allBytes(field)) {
            messages.add(parse(value));
        }
        return messages;
    }
}
