package dev.merpati.clients.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What Kafka clients of all programs are told, over what an installation configures. */
public final class KafkaClients {
    /**
     * A member learns of a rebalance by its heartbeat, and a partition that moves takes two rounds, during which nobody owns it.
     * Kafka's default is 3 s.
     */
    private static final int HEARTBEAT_INTERVAL_MILLIS = 500;

    private KafkaClients() {}

    /** Creates a producer whose records count as stored once all replicas in sync have them, each once. */
    public static Producer<byte[], byte[]> producer(Map<String, Object> configured, String clientId) {
        Map<String, Object> properties = new HashMap<>(configured);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Returns what a static member has in common under both group protocols. */
    public static Map<String, Object> memberProperties(
            Map<String, Object> configured, String groupId, String memberId) {
        Map<String, Object> properties = new HashMap<>(configured);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, memberId);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, memberId);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Bounds the memory of a poll, and keeps one partition's backlog from delaying the others.
        properties.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 256 * 1024);
        properties.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * 1024 * 1024);
        // A group without offsets is a new one: every record in the topic still waits for it.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }

    /** Returns what the classic group protocol needs besides: its clients decide on these three, and the broker does not. */
    public static Map<String, Object> classicProtocol(Duration sessionTimeout) {
        int timeout = Math.toIntExact(sessionTimeout.toMillis());
        return Map.of(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName(),
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                timeout,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                Math.min(HEARTBEAT_INTERVAL_MILLIS, timeout / 3));
    }

    /** Returns a source of consumers, all alike. */
    public static ConsumerSource consumers(Map<String, Object> properties) {
        return () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
