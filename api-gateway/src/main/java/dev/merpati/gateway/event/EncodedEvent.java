package dev.merpati.gateway.event;

import dev.merpati.model.event.StoredEvent;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event as it is written to streams, encoded once for all of them.
 *
 * @param bytes never changed
 */
@SuppressWarnings("ArrayRecordComponent")
record EncodedEvent(StoredEvent event, byte[] bytes) {

    /** Writes the fields of a server-sent event; a line break within the data, where JSON allows one, becomes a blank. */
    static EncodedEvent of(StoredEvent event, JsonMapper json) {
        String data =
                json.writeValueAsString(EventView.of(event)).replace('\n', ' ').replace('\r', ' ');
        String text = "id: " + event.id() + "\nevent: " + event.type() + "\ndata: " + data + "\n\n";
        return new EncodedEvent(event, text.getBytes(StandardCharsets.UTF_8));
    }
}
