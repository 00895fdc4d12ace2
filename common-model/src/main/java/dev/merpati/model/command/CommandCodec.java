package dev.merpati.model.command;

import dev.merpati.model.Json;
import tools.jackson.core.JacksonException;

/** Encodes commands as the value of a Kafka record: JSON in UTF-8. Thread-safe. */
public final class CommandCodec {
    private CommandCodec() {}

    public static byte[] encode(CommandEnvelope envelope) {
        return Json.MAPPER.writeValueAsBytes(envelope);
    }

    /** @throws MalformedCommandException if this release cannot read the bytes as a command; it quotes none of them */
    public static CommandEnvelope decode(byte[] value) {
        CommandEnvelope envelope;
        try {
            envelope = Json.MAPPER.readValue(value, CommandEnvelope.class);
        } catch (JacksonException e) {
            throw new MalformedCommandException(Json.describe(e));
        }
        if (envelope == null) {
            throw new MalformedCommandException("the JSON literal null");
        }
        return envelope;
    }
}
