package dev.merpati.dispatcher.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.dispatcher.stream.IncomingEvent;
import dev.merpati.model.event.EventTopic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordReaderTest {
    private static final EventTopic TOPIC = new EventTopic("events", 4);
    private static final String TENANT = "tenant";
    private static final UUID SESSION = UUID.randomUUID();
    private static final String GOOD = """
            {"key": "k", "tenantId": "tenant", "sessionId": "%s", "type": "message.received",
             "timestamp": "2026-11-27T10:00:00Z", "data": {"text": "hello 😀", "number": 1.5}, "newer": true}
            """.formatted(SESSION);

    private static final Instant PUBLISHED_AT = Instant.parse("2026-11-27T10:00:01.234Z");

    private final RecordReader reader = new RecordReader(TOPIC);

    @Test
    void readsAnEventAndPassesItsDataOn() throws Exception {
        assertThat(reader.read(record(GOOD, TOPIC.partitionOf(TENANT))))
                .isEqualTo(new IncomingEvent(
                        7,
                        PUBLISHED_AT,
                        IncomingEvent.hash("k"),
                        TENANT,
                        SESSION,
                        "message.received",
                        Instant.parse("2026-11-27T10:00:00Z"),
                        "{\"text\":\"hello 😀\",\"number\":1.5}"));
    }

    @Test
    void takesATypeThatItDoesNotKnow() throws Exception {
        assertThat(reader.read(record(GOOD.replace("message.received", "call.missed_v2"), TOPIC.partitionOf(TENANT)))
                        .type())
                .isEqualTo("call.missed_v2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"tenant\"                   | \" \"          | blank tenantId",
                "\"k\"                        | \" \"          | blank key",
                "\"k\"                        | null           | .key",
                "message.received             | Hello World    | type is not",
                "2026-11-27T10:00:00Z         | 1969-12-31T23:59:59Z | 1970 to 9999",
                "2026-11-27T10:00:00Z         | +10000-01-01T00:00:00Z | 1970 to 9999",
                "2026-11-27T10:00:00Z         | yesterday      | no Instant, at .timestamp",
                "{\"text\": \"hello 😀\", \"number\": 1.5} | \"secret\" | no JSON object",
                "{\"text\": \"hello 😀\", \"number\": 1.5} | null | data",
                "\"tenant\"                   | \"other\"      | partition"
            })
    void saysWhatIsWrongAndQuotesNothing(String part, String instead, String reason) {
        String value = GOOD.replace(part, instead);
        assertThat(value).isNotEqualTo(GOOD);

        assertThatThrownBy(() -> reader.read(record(value, TOPIC.partitionOf(TENANT))))
                .isInstanceOf(RecordReader.UnusableRecordException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("secret", "hello");
    }

    @Test
    void refusesNothingAndNonsense() {
        assertThatThrownBy(() -> reader.read(record(null, 0))).hasMessage("the record has no value");
        assertThatThrownBy(() -> reader.read(record("secret", 0)))
                .hasMessageContaining("not valid JSON")
                .message()
                .doesNotContain("secret");
        assertThatThrownBy(() -> reader.read(record("null", 0))).hasMessageContaining("the JSON literal null");
    }

    @SuppressWarnings("NullAway") // The value of a record may be missing, which Kafka's types do not say.
    private static ConsumerRecord<byte[], byte[]> record(@Nullable String value, int partition) {
        return new ConsumerRecord<>(
                "events",
                partition,
                7,
                PUBLISHED_AT.toEpochMilli(),
                TimestampType.CREATE_TIME,
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                TENANT.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8),
                new RecordHeaders(),
                Optional.empty());
    }
}
