package dev.merpati.simulator.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.nio.charset.StandardCharsets;

/** Writes a message field by field. Not thread-safe. */
public final class ProtoBuilder {
    private final UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();

    ProtoBuilder() {}

    public ProtoBuilder bytes(int field, byte[] value) {
        fields.mergeField(
                field,
                Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFrom(value))
                        .build());
        return this;
    }

    public ProtoBuilder text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public ProtoBuilder message(int field, ProtoBuilder value) {
        return bytes(field, value.build());
    }

    public ProtoBuilder number(int field, long value) {
        fields.mergeField(field, Field.newBuilder().addVarint(value).build());
        return this;
    }

    /** A {@code double}. */
    public ProtoBuilder decimal(int field, double value) {
        fields.mergeField(
                field,
                Field.newBuilder().addFixed64(Double.doubleToRawLongBits(value)).build());
        return this;
    }

    public byte[] build() {
        return fields.build().toByteArray();
    }
}
