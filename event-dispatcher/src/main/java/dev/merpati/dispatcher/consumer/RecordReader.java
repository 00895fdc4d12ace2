package dev.merpati.dispatcher.consumer;

import dev.merpati.dispatcher.stream.IncomingEvent;
import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventCodec;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.MalformedEventException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes events, and rejects records that could never be appended. An event's type may be one that only newer releases know. */
final class RecordReader {
    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_.]{0,99}");

    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private final EventTopic topic;

    /** A record that can never be appended, however often it is read. Its message quotes nothing of it. */
    static final class UnusableRecordException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableRecordException(String message) {
            super(message);
        }
    }

    RecordReader(EventTopic topic) {
        this.topic = topic;
    }

    /** @throws UnusableRecordException when the record has to go to the dead letters */
    IncomingEvent read(ConsumerRecord<byte[], byte[]> record) throws UnusableRecordException {
        if (record.value() == null) {
            throw new UnusableRecordException("the record has no value");
        }
        Event event;
        try {
            event = EventCodec.decode(record.value());
        } catch (MalformedEventException e) {
            throw new UnusableRecordException("no event: " + e.getMessage());
        }
        require(!event.tenantId().isBlank(), "the event has a blank tenantId");
        require(!event.key().isBlank(), "the event has a blank key");
        require(TYPE.matcher(event.type()).matches(), "the event's type is not " + TYPE);
        require(
                !event.timestamp().isBefore(Instant.EPOCH) && event.timestamp().isBefore(END),
                "the event's timestamp is not in the years 1970 to 9999");
        require(event.data().isObject(), "the event's data is no JSON object");
        int partition = topic.partitionOf(event.tenantId());
        // Else two dispatchers would own the tenant.
        require(
                partition == record.partition(),
                "the record is in partition " + record.partition() + ", that of its tenant is " + partition);
        return new IncomingEvent(
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                IncomingEvent.hash(event.key()),
                event.tenantId(),
                event.sessionId(),
                event.type(),
                event.timestamp(),
                event.data().toString());
    }

    private static void require(boolean holds, String otherwise) throws UnusableRecordException {
        if (!holds) {
            throw new UnusableRecordException(otherwise);
        }
    }
}
