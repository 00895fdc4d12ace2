package dev.merpati.simulator.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A message read by field number, without a schema: the simulator must not believe what the model of one client
 * believes about a message. As in any protobuf reader the last value of a singular field counts. Immutable.
 */
public final class ProtoMessage {
    private final UnknownFieldSet fields;

    private ProtoMessage(UnknownFieldSet fields) {
        this.fields = fields;
    }

    /** @throws MalformedProtoException if the bytes are no protobuf message */
    public static ProtoMessage parse(byte[] bytes) {
        try {
            return new ProtoMessage(UnknownFieldSet.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedProtoException("No protobuf message: " + bytes.length + " bytes", e);
        }
    }

    /** Starts a message to be written. */
    public static ProtoBuilder builder() {
        return new ProtoBuilder();
    }

    /** The message as it is on the wire. */
    public byte[] encoded() {
        return fields.toByteArray();
    }

    public boolean has(int field) {
        return fields.hasField(field);
    }

    public Optional<byte[]> bytes(int field) {
        List<ByteString> values = field(field).getLengthDelimitedList();
        return values.isEmpty()
                ? Optional.empty()
                : Optional.of(values.getLast().toByteArray());
    }

    public Optional<String> text(int field) {
        return bytes(field).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** @throws MalformedProtoException if the field is there but holds no message */
    public Optional<ProtoMessage> message(int field) {
        return bytes(field).map(ProtoMessage::parse);
    }

    /** All values of a repeated text. */
    public List<String> texts(int field) {
        return field(field).getLengthDelimitedList().stream()
                .map(ByteString::toStringUtf8)
                .toList();
    }

    /** @throws MalformedProtoException if one of the values is no message */
    public List<ProtoMessage> messages(int field) {
        return field(field).getLengthDelimitedList().stream()
                .map(value -> parse(value.toByteArray()))
                .toList();
    }

    /** A {@code double}. */
    public OptionalDouble decimal(int field) {
        List<Long> values = field(field).getFixed64List();
        return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.longBitsToDouble(values.getLast()));
    }

    public OptionalLong number(int field) {
        List<Long> values = field(field).getVarintList();
        return values.isEmpty() ? OptionalLong.empty() : OptionalLong.of(values.getLast());
    }

    /** @throws MalformedProtoException if it is missing */
    public byte[] requiredBytes(int field) {
        return bytes(field).orElseThrow(() -> missing(field));
    }

    /** @throws MalformedProtoException if it is missing */
    public ProtoMessage requiredMessage(int field) {
        return message(field).orElseThrow(() -> missing(field));
    }

    /** @throws MalformedProtoException if it is missing */
    public long requiredNumber(int field) {
        return number(field).orElseThrow(() -> missing(field));
    }

    private Field field(int field) {
        return fields.getField(field);
    }

    private static MalformedProtoException missing(int field) {
        return new MalformedProtoException("Field " + field + " is missing", null);
    }
}
