package dev.merpati.worker.consumer;

import dev.merpati.model.command.CommandCodec;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.command.MalformedCommandException;
import dev.merpati.model.kafka.CommandHeaders;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.worker.session.CommandLog;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Decodes commands, and rejects records that could never be run. Thread-safe. */
public final class CommandReader {
    private final ShardMap shardMap;

    /** A record that can never be run here, however often it is delivered. */
    static final class UnusableRecordException extends RuntimeException {
        UnusableRecordException(String message) {
            super(message);
        }
    }

    CommandReader(ShardMap shardMap) {
        this.shardMap = shardMap;
    }

    /** @throws UnusableRecordException when the record has to go to the dead letters */
    CommandEnvelope read(ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] value = record.value();
        if (value == null) {
            throw new UnusableRecordException("the record has no value");
        }
        CommandEnvelope envelope;
        try {
            envelope = CommandCodec.decode(value);
        } catch (MalformedCommandException e) {
            throw new UnusableRecordException("no command of this release: " + e.getMessage());
        }
        requireShard(record.partition(), "session", shardMap.shardOf(envelope.sessionId()));
        // Else the command's record would be in another slot of Redis than its session.
        requireShard(record.partition(), "command id", shardMap.shardOfCommand(envelope.commandId()));
        return envelope;
    }

    /** Returns the ids that a record has in its headers, for the log. The record may be unreadable; its headers are not. */
    public static Map<String, String> logContext(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> ids = new HashMap<>();
        putHeader(ids, CommandLog.REQUEST_ID, record, CommandHeaders.REQUEST_ID);
        putHeader(ids, CommandLog.TENANT_ID, record, CommandHeaders.TENANT_ID);
        return ids;
    }

    private static void putHeader(
            Map<String, String> ids, String name, ConsumerRecord<byte[], byte[]> record, String header) {
        String value = header(record, header);
        if (value != null) {
            ids.put(name, value);
        }
    }

    /** Returns the value of a record's header; null when it has none of that name. */
    static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        byte[] value = header == null ? null : header.value();
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    private static void requireShard(int partition, String of, int shard) {
        if (shard != partition) {
            throw new UnusableRecordException(
                    "the record is in partition " + partition + ", the shard of its " + of + " is " + shard);
        }
    }
}
