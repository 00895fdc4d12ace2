package dev.merpati.dispatcher.webhook;

import dev.merpati.model.Json;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Makes the body of a delivery: {@code {"type", "timestamp", "data"}} as Standard Webhooks has it, with {@code sessionId} first in
 * {@code data}. At most {@value #MAX_BYTES} bytes: of longer data the longest texts are cut, data URLs are left out, then the longest
 * lists lose their ends; {@code truncated} is true then, and {@code full} is the call of our API that has all of it.
 */
final class EventBody {
    /** What Standard Webhooks recommends. */
    static final int MAX_BYTES = 20 * 1_024;

    /** Texts are not cut below it: ids, numbers and names stay whole. */
    private static final int SHORTEST_CUT = 256;

    private static final String DATA_URL = "data:";

    private EventBody() {}

    static byte[] of(StoredEvent event) {
        byte[] whole = encode(event.type(), event.timestamp(), withSession(event.sessionId(), event.data()));
        return whole.length <= MAX_BYTES ? whole : cut(event);
    }

    static byte[] ofPing(String type, Instant now, String webhookId) {
        ObjectNode data = Json.MAPPER.createObjectNode().put("webhookId", webhookId);
        return encode(type, now, data.toString());
    }

    private static byte[] encode(String type, Instant timestamp, String data) {
        return ("{\"type\":" + quoted(type) + ",\"timestamp\":\"" + timestamp + "\",\"data\":" + data + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The data is a JSON object; parsing it to add one component would cost more than all the rest. */
    private static String withSession(UUID sessionId, String object) {
        String rest = object.substring(object.indexOf('{') + 1).stripLeading();
        return "{\"sessionId\":\"" + sessionId + "\"" + (rest.startsWith("}") ? "" : ",") + rest;
    }

    private static byte[] cut(StoredEvent event) {
        ObjectNode data = Json.MAPPER.createObjectNode();
        data.put("sessionId", event.sessionId().toString());
        data.put("truncated", true);
        data.put("full", "/api/events?after=" + before(event.id()) + "&limit=1");
        ObjectNode start = data.deepCopy();
        Json.MAPPER.readTree(event.data()).properties().forEach(each -> data.set(each.getKey(), each.getValue()));
        start.properties().forEach(each -> data.set(each.getKey(), each.getValue()));
        byte[] body = encode(event.type(), event.timestamp(), data.toString());
        while (body.length > MAX_BYTES) {
            Longest longest = new Longest();
            longest.lookAt(data);
            boolean shorter = longest.shortenText(body.length - MAX_BYTES) || longest.shortenList();
            body = encode(event.type(), event.timestamp(), (shorter ? data : start).toString());
        }
        return body;
    }

    /** The greatest id below. */
    private static EventId before(EventId id) {
        return id.sequence() > 0
                ? new EventId(id.millis(), id.sequence() - 1)
                : new EventId(id.millis() - 1, EventId.MAX_SEQUENCE);
    }

    private static String quoted(String text) {
        return StringNode.valueOf(text).toString();
    }

    /** The longest text and the longest list within a JSON value, and who holds the text. */
    private static final class Longest {
        private @Nullable JsonNode holder;
        private @Nullable String name;
        private int index;
        private String text = "";
        private @Nullable ArrayNode list;

        void lookAt(JsonNode node) {
            if (node instanceof ObjectNode object) {
                object.properties().forEach(each -> lookAt(each.getValue(), object, each.getKey(), 0));
            } else if (node instanceof ArrayNode array) {
                if (list == null || array.size() > list.size()) {
                    list = array;
                }
                for (int i = 0; i < array.size(); i++) {
                    lookAt(array.get(i), array, null, i);
                }
            }
        }

        private void lookAt(JsonNode value, JsonNode parent, @Nullable String key, int position) {
            if (value instanceof StringNode string) {
                if (string.asString().length() > text.length()) {
                    holder = parent;
                    name = key;
                    index = position;
                    text = string.asString();
                }
            } else {
                lookAt(value);
            }
        }

        /** Cuts the text by at least so many bytes of JSON, if it is that long; returns whether it is shorter now. */
        boolean shortenText(int tooMany) {
            if (text.length() <= SHORTEST_CUT) {
                return false;
            }
            put(text.startsWith(DATA_URL) ? "" : beginning(bytes(text) - tooMany));
            return true;
        }

        boolean shortenList() {
            if (list == null || list.isEmpty()) {
                return false;
            }
            list.remove(list.size() - 1);
            return true;
        }

        private void put(String shorter) {
            if (holder instanceof ObjectNode object && name != null) {
                if (shorter.isEmpty()) {
                    object.remove(name);
                } else {
                    object.put(name, shorter);
                }
            } else if (holder instanceof ArrayNode array) {
                array.set(index, shorter);
            }
        }

        /** The longest beginning of whole characters that takes no more bytes of JSON. */
        private String beginning(int most) {
            int end = Math.min(SHORTEST_CUT, text.length() - 1);
            if (Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            int taken = bytes(text.substring(0, end));
            while (end < text.length()) {
                int next = text.offsetByCodePoints(end, 1);
                taken += bytes(text.substring(end, next));
                if (taken > most || next == text.length()) {
                    break;
                }
                end = next;
            }
            return text.substring(0, end);
        }

        private static int bytes(String part) {
            return quoted(part).getBytes(StandardCharsets.UTF_8).length - 2;
        }
    }
}
