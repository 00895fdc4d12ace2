package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.event.EventTypes;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Compares what the description says of events with the records that they are made of. */
class EventSchemasTest {
    private static final Map<Class<? extends EventData>, String> SCHEMAS = Map.of(
            EventData.Status.class, "SessionStatusEvent",
            EventData.Qr.class, "SessionQrEvent",
            EventData.Message.class, "MessageEvent",
            EventData.MessageStatus.class, "MessageStatusEvent",
            EventData.Edited.class, "MessageEditedEvent",
            EventData.Deleted.class, "MessageDeletedEvent",
            EventData.Reaction.class, "MessageReactionEvent");

    private final ApiDescription description = new ApiDescription(JsonMapper.shared());

    @Test
    void describesTheDataOfEveryTypeAsItsRecordIs() {
        assertThat(SCHEMAS.keySet()).containsExactlyInAnyOrder(permitted());
        RecordSchemas records = new RecordSchemas(description);
        List<String> wrong = new ArrayList<>();

        SCHEMAS.forEach((record, schema) -> records.compare(
                schema, record, description.document().at("/components/schemas/" + schema), true, wrong));

        assertThat(wrong).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static Class<? extends EventData>[] permitted() {
        return Arrays.stream(EventData.class.getPermittedSubclasses())
                .filter(Class::isRecord)
                .toArray(Class[]::new);
    }

    @Test
    void describesAWebhookForEveryTypeWithAnExampleThatIsValid() {
        ObjectNode webhooks = (ObjectNode) description.document().get("webhooks");
        SchemaCheck schemas = new SchemaCheck(description);

        assertThat(webhooks.propertyNames())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(EventType.values())
                        .map(EventType::wireName)
                        .toList());
        webhooks.properties().forEach(webhook -> {
            JsonNode content = webhook.getValue().at("/post/requestBody/content/application~1json");
            JsonNode example = content.at("/examples/event/value");
            JsonNode data = content.at("/schema/properties/data/allOf/0");
            assertThat(example.get("type").stringValue()).isEqualTo(webhook.getKey());
            assertThat(schemas.errors(data, example.get("data")))
                    .as(webhook.getKey())
                    .isEmpty();
        });
    }

    @Test
    void knowsTheSameTypesAsTheRequests() {
        assertThat(description
                        .document()
                        .at("/components/schemas/EventType/enum")
                        .valueStream()
                        .map(JsonNode::stringValue))
                .containsExactlyElementsOf(EventTypes.NAMES);
    }
}
