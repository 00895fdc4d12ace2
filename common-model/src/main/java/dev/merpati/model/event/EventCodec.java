package dev.merpati.model.event;

import dev.merpati.model.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Encodes events as the values of Kafka records: JSON in UTF-8. Thread-safe. */
public final class EventCodec {
    private EventCodec() {}

    public static byte[] encode(Event event) {
        return Json.MAPPER.writeValueAsBytes(event);
    }

    /** @throws MalformedEventException when the bytes are no event; quotes nothing of them */
    public static Event decode(byte[] json) throws MalformedEventException {
        try {
            Event event = Json.MAPPER.readValue(json, Event.class);
            if (event == null) {
                throw new MalformedEventException("the JSON literal null");
            }
            return event;
        } catch (JacksonException e) {
            throw new MalformedEventException(Json.describe(e));
        }
    }

    /** Returns the data as it stands in an {@link Event}. */
    public static JsonNode tree(EventData data) {
        return Json.MAPPER.valueToTree(data);
    }
}
