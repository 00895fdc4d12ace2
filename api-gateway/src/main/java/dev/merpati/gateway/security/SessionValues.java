package dev.merpati.gateway.security;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.data.redis.serializer.SerializationException;

/**
 * Writes the values of a session as text: a letter for the type, and the value. Nothing but these three types can be read,
 * whoever wrote it.
 */
final class SessionValues implements RedisSerializer<Object> {

    @Override
    public byte[] serialize(@Nullable Object value) {
        String text = switch (value) {
            case null -> "";
            case Long number -> "l" + number;
            case Integer number -> "i" + number;
            case String string -> "s" + string;
            default -> throw new SerializationException("a session holds numbers and texts, not " + value.getClass());
        };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable Object deserialize(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            return null;
        }
        String text = new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
        return switch (bytes[0]) {
            case 'l' -> Long.valueOf(text);
            case 'i' -> Integer.valueOf(text);
            case 's' -> text;
            default -> throw new SerializationException("a session's value begins with the byte " + bytes[0]);
        };
    }
}
