package dev.merpati.gateway.harness;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandCodec;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import dev.merpati.model.outcome.OutcomeNotice;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.shard.ShardMap;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Consumes commands as a worker does and writes what a worker would write. What comes of a command is up to the test;
 * without a word from it everything succeeds, and numbers that end in 0 are invalid.
 */
public final class FakeWorker implements AutoCloseable {
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final RedisKeys keys;
    private final ShardMap shardMap;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private final Queue<ConsumerRecord<String, byte[]>> records = new ConcurrentLinkedQueue<>();
    private final Queue<CommandEnvelope> received = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private volatile boolean silent;
    private volatile boolean forgetful;
    private volatile Function<CommandEnvelope, Optional<Outcome>> behaviour = FakeWorker::succeed;

    FakeWorker(Services services, String topic, int shards) {
        this.shardMap = new ShardMap(shards);
        this.keys = new RedisKeys(shardMap);
        this.client = RedisClient.create("redis://127.0.0.1:" + services.redis().port());
        this.connection = client.connect();
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", services.kafka().bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, shards)
                .mapToObj(shard -> new TopicPartition(topic, shard))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        this.thread = Thread.ofPlatform().name("fake-worker").start(this::run);
        IntStream.range(0, shards).forEach(shard -> redis().set(keys.owner(shard), "fake-worker"));
    }

    /** Redis as the worker sees it. */
    public RedisCommands<String, String> redis() {
        return connection.sync();
    }

    public RedisKeys keys() {
        return keys;
    }

    /** What comes of commands from now on; an empty outcome for one that is never answered. */
    public void on(Function<CommandEnvelope, Optional<Outcome>> newBehaviour) {
        behaviour = newBehaviour;
    }

    /** Everything succeeds again, everything is announced again. */
    public void reset() {
        behaviour = FakeWorker::succeed;
        silent = false;
        forgetful = false;
        received.clear();
        records.clear();
    }

    /** From now on outcomes are stored and nobody is told. */
    public void stopAnnouncing() {
        silent = true;
    }

    /** From now on a delete leaves no trace, its own record included. */
    public void forgetOnDelete() {
        forgetful = true;
    }

    public List<CommandEnvelope> received() {
        return List.copyOf(received);
    }

    public List<ConsumerRecord<String, byte[]>> records() {
        return List.copyOf(records);
    }

    public List<CommandEnvelope> received(Class<? extends Command> type) {
        return received.stream()
                .filter(envelope -> type.isInstance(envelope.command()))
                .toList();
    }

    public void connect(UUID sessionId, String phoneNumber) {
        redis().hset(
                        keys.session(sessionId),
                        Map.of(
                                SessionRecord.STATUS,
                                SessionStatus.CONNECTED.wireName(),
                                SessionRecord.PHONE_NUMBER,
                                phoneNumber));
    }

    public void setStatus(UUID sessionId, SessionStatus status) {
        redis().hset(keys.session(sessionId), SessionRecord.STATUS, status.wireName());
    }

    public void restrictNewChats(UUID sessionId, Instant until) {
        redis().hset(
                        keys.session(sessionId),
                        SessionRecord.NEW_CHATS_RESTRICTED_UNTIL,
                        String.valueOf(until.toEpochMilli()));
    }

    public void keepOut(UUID sessionId, Instant until) {
        setStatus(sessionId, SessionStatus.DISCONNECTED);
        redis().hset(
                        keys.session(sessionId),
                        SessionRecord.DISCONNECTION,
                        SessionRecord.storedDisconnection(Disconnection.RESTRICTED, until));
    }

    public void showQr(UUID sessionId, String text, Duration life) {
        redis().psetex(keys.qrCode(sessionId), life.toMillis(), text);
        setStatus(sessionId, SessionStatus.QR);
    }

    public void receipt(String messageId, Receipt receipt) {
        redis().hset(keys.command(messageId), CommandRecord.RECEIPT, receipt.name());
    }

    public void loseOwner(UUID sessionId) {
        redis().del(keys.owner(shardMap.shardOf(sessionId)));
    }

    public void regainOwner(UUID sessionId) {
        redis().set(keys.owner(shardMap.shardOf(sessionId)), "fake-worker");
    }

    private static Optional<Outcome> succeed(CommandEnvelope envelope) {
        return Optional.of(
                switch (envelope.command()) {
                    case Command.Send send -> new Outcome.MessageSent(null, null);
                    case Command.CheckNumbers check ->
                        new Outcome.NumbersChecked(
                                check.phoneNumbers().stream()
                                        .collect(Collectors.toMap(
                                                Function.identity(),
                                                number -> number.endsWith("0")
                                                        ? NumberStatus.INVALID
                                                        : NumberStatus.VALID)),
                                Map.of());
                    case Command.StartSession start -> new Outcome.SessionChanged();
                    case Command.ReconnectSession reconnect -> new Outcome.SessionChanged();
                    case Command.DeleteSession delete -> new Outcome.SessionChanged();
                    case Command.RequestPairingCode request ->
                        new Outcome.PairingCode("7K2M-QX9B", Instant.now().plusSeconds(150));
                    case Command.AnswerPasskey answer -> new Outcome.SessionChanged();
                    case Command.FetchMedia fetch -> new Outcome.MediaFetched();
                });
    }

    private void run() {
        try (consumer) {
            while (!closed) {
                for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofMillis(100))) {
                    records.add(message);
                    handle(CommandCodec.decode(message.value()));
                }
            }
        } catch (WakeupException e) {
            // Closed.
        }
    }

    private void handle(CommandEnvelope envelope) {
        String key = keys.command(envelope.commandId());
        if (CommandState.FAILED.name().equals(redis().hget(key, CommandRecord.STATE))) {
            return;
        }
        redis().hset(key, CommandRecord.STATE, CommandState.STARTED.name());
        received.add(envelope);
        behaviour.apply(envelope).ifPresent(outcome -> finish(envelope, outcome));
    }

    /** Ends a command as a worker does. */
    public void finish(CommandEnvelope envelope, Outcome outcome) {
        String key = keys.command(envelope.commandId());
        CommandState state = outcome instanceof Outcome.Failed ? CommandState.FAILED : CommandState.SUCCEEDED;
        redis().hset(
                        key,
                        Map.of(CommandRecord.STATE, state.name(), CommandRecord.OUTCOME, OutcomeCodec.encode(outcome)));
        if (envelope.command() instanceof Command.DeleteSession
                && forgetful
                && outcome instanceof Outcome.SessionChanged) {
            redis().del(key, keys.session(envelope.sessionId()));
        }
        if (!silent) {
            redis().publish(
                            RedisKeys.replyChannel(envelope.replyTo()),
                            new OutcomeNotice(envelope.commandId(), outcome).encode());
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
        client.shutdown();
    }
}
