package dev.merpati.worker;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandCodec;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.shard.ShardMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Does to Kafka and Redis what a gateway does, by the contract in common-model. */
public final class TestGateway implements AutoCloseable {
    public static final String TENANT = "tenant-1";
    public static final String GATEWAY = "gateway-1";

    private final CommandTopic topic;
    private final RedisKeys keys;
    private final KafkaProducer<byte[], byte[]> producer;
    private final LettuceConnectionFactory connections;
    private final StringRedisTemplate redis;

    public TestGateway(CommandTopic topic, String bootstrapServers, String redisHost, int redisPort) {
        this.topic = topic;
        this.keys = new RedisKeys(new ShardMap(topic.partitions()));
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.connections = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration(redisHost, redisPort),
                LettuceClientConfiguration.builder()
                        .commandTimeout(Duration.ofSeconds(2))
                        .build());
        connections.afterPropertiesSet();
        connections.start();
        this.redis = new StringRedisTemplate(connections);
    }

    public StringRedisTemplate redis() {
        return redis;
    }

    /** For tests that share a Redis: the keys of their shards are the same. */
    public void clearRedis() {
        redis.execute((RedisConnection connection) -> {
            connection.serverCommands().flushAll();
            return true;
        });
    }

    public RedisKeys keys() {
        return keys;
    }

    /** Makes a session's record and has it started. */
    public UUID createSession() {
        return createSession(UUID.randomUUID());
    }

    /** A session in the shard. */
    public UUID createSessionIn(int shard) {
        UUID id = UUID.randomUUID();
        while (keys.shardMap().shardOf(id) != shard) {
            id = UUID.randomUUID();
        }
        return createSession(id);
    }

    private UUID createSession(UUID id) {
        recordSession(id);
        publish(id, new Command.StartSession());
        return id;
    }

    /** Makes a session's record, as one that the next owner of its shard finds. */
    public void recordSession(UUID id) {
        redis.opsForHash()
                .putAll(
                        keys.session(id),
                        Map.of(
                                SessionRecord.TENANT,
                                TENANT,
                                SessionRecord.NAME,
                                "a session",
                                SessionRecord.CREATED_AT,
                                String.valueOf(System.currentTimeMillis()),
                                SessionRecord.STATUS,
                                SessionStatus.CONNECTING.wireName()));
        redis.opsForSet().add(keys.sessionsOfShard(keys.shardMap().shardOf(id)), id.toString());
    }

    public void markDeleted(UUID sessionId) {
        redis.opsForHash().put(keys.session(sessionId), SessionRecord.DELETED, "1");
    }

    public String publish(UUID sessionId, Command command) {
        return publish(sessionId, command, Duration.ofMinutes(2));
    }

    /** Makes the command's record and publishes it; returns its id. */
    public String publish(UUID sessionId, Command command, Duration life) {
        CommandEnvelope envelope = envelope(sessionId, command, life);
        makeRecord(envelope);
        publish(envelope);
        return envelope.commandId();
    }

    public CommandEnvelope envelope(UUID sessionId, Command command, Duration life) {
        Instant now = Instant.now();
        return new CommandEnvelope(
                keys.shardMap().newCommandId(sessionId),
                TENANT,
                sessionId,
                GATEWAY,
                "request-" + UUID.randomUUID(),
                now,
                now.plus(life),
                command);
    }

    /** As {@link #publish(UUID, Command)}, for another tenant. */
    public String publishAs(String tenant, UUID sessionId, Command command, Duration life) {
        CommandEnvelope made = envelope(sessionId, command, life);
        CommandEnvelope envelope = new CommandEnvelope(
                made.commandId(),
                tenant,
                sessionId,
                made.replyTo(),
                made.requestId(),
                made.issuedAt(),
                made.notAfter(),
                command);
        makeRecord(envelope);
        publish(envelope);
        return envelope.commandId();
    }

    public void makeRecord(CommandEnvelope envelope) {
        String key = keys.command(envelope.commandId());
        redis.opsForHash()
                .putAll(
                        key,
                        Map.of(
                                CommandRecord.TENANT, envelope.tenantId(),
                                CommandRecord.SESSION, envelope.sessionId().toString(),
                                CommandRecord.STATE, CommandState.QUEUED.name()));
        redis.expire(key, CommandRecord.TIME_TO_LIVE);
        redis.opsForZSet().add(keys.commandsOfSession(envelope.sessionId()), envelope.commandId(), (double)
                envelope.issuedAt().toEpochMilli());
    }

    public void publish(CommandEnvelope envelope) {
        publishRaw(keys.shardMap().shardOf(envelope.sessionId()), CommandCodec.encode(envelope));
    }

    public void publishRaw(int partition, byte @Nullable [] value) {
        try {
            producer.send(new ProducerRecord<>(topic.name(), partition, "key".getBytes(StandardCharsets.UTF_8), value))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    public @Nullable SessionRecord session(UUID sessionId) {
        return SessionRecord.fromHash(
                sessionId, redis.<String, String>opsForHash().entries(keys.session(sessionId)));
    }

    public @Nullable SessionStatus status(UUID sessionId) {
        SessionRecord session = session(sessionId);
        return session == null ? null : session.status();
    }

    public @Nullable CommandRecord command(String commandId) {
        return CommandRecord.fromHash(redis.<String, String>opsForHash().entries(keys.command(commandId)));
    }

    public @Nullable CommandState state(String commandId) {
        CommandRecord command = command(commandId);
        return command == null ? null : command.state();
    }

    @Override
    public void close() {
        producer.close();
        connections.destroy();
    }
}
