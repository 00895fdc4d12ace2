package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.Json;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class EventBodyTest {
    private static final UUID SESSION = UUID.fromString("6f1f3a4e-0000-4000-8000-000000000001");

    @Test
    void sendsShortDataAsItIsWithTheSessionFirst() {
        assertThat(text("{\"messageId\":\"1\",\"text\":\"Hai \u4e2d\"}"))
                .isEqualTo(
                        "{\"type\":\"message.received\",\"timestamp\":\"2026-11-27T10:00:00Z\",\"data\":{\"sessionId\":\""
                                + SESSION + "\",\"messageId\":\"1\",\"text\":\"Hai \u4e2d\"}}");
        assertThat(text("{}")).endsWith("\"data\":{\"sessionId\":\"" + SESSION + "\"}}");
        assertThat(text(" { } ")).contains("\"data\":{\"sessionId\":\"" + SESSION + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\u00e9", "\u4e2d", "\ud83d\ude00", "\"", "\n", "\u0001"})
    void cutsALongTextToWholeCharactersWithinTheLimit(String character) {
        ObjectNode data =
                Json.MAPPER.createObjectNode().put("messageId", "3EB0AA").put("text", character.repeat(30_000));

        byte[] body = body(data.toString());
        JsonNode cut = Json.MAPPER.readTree(body).get("data");

        assertThat(body.length).isBetween(EventBody.MAX_BYTES - 12, EventBody.MAX_BYTES);
        assertThat(cut.get("truncated").asBoolean()).isTrue();
        assertThat(cut.get("full").asString()).isEqualTo("/api/events?after=1795820000122-999999&limit=1");
        assertThat(cut.get("messageId").asString()).isEqualTo("3EB0AA");
        assertThat(cut.get("text").asString().replace(character, "")).isEmpty();
    }

    @Test
    void leavesOutDataUrlsAndTheEndsOfListsBeforeItGivesUpOnTheRest() {
        ObjectNode picture =
                Json.MAPPER.createObjectNode().put("qrCode", "data:image/png;base64," + "A".repeat(30_000));
        ObjectNode list = Json.MAPPER.createObjectNode();
        ArrayNode options = list.putObject("poll").putArray("options");
        for (int i = 0; i < 3_000; i++) {
            options.add("option " + i);
        }
        ObjectNode wide = Json.MAPPER.createObjectNode();
        for (int i = 0; i < 3_000; i++) {
            wide.put("field" + i, i);
        }

        JsonNode withoutPicture = Json.MAPPER.readTree(body(picture.toString())).get("data");
        assertThat(withoutPicture.has("qrCode")).isFalse();
        assertThat(withoutPicture.get("truncated").asBoolean()).isTrue();
        byte[] shortList = body(list.toString());
        assertThat(shortList.length).isLessThanOrEqualTo(EventBody.MAX_BYTES);
        assertThat(Json.MAPPER
                        .readTree(shortList)
                        .get("data")
                        .get("poll")
                        .get("options")
                        .size())
                .isBetween(500, 2_999);
        assertThat(Json.MAPPER.readTree(body(wide.toString())).get("data").size())
                .isEqualTo(3);
    }

    private static String text(String data) {
        return new String(body(data), StandardCharsets.UTF_8);
    }

    private static byte[] body(String data) {
        return EventBody.of(new StoredEvent(
                new EventId(1_795_820_000_123L, 0),
                SESSION,
                "message.received",
                Instant.parse("2026-11-27T10:00:00Z"),
                data,
                1));
    }
}
