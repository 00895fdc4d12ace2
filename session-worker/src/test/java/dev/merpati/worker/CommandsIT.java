package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.media.DirectoryMediaStore;
import dev.merpati.media.StoredMedia;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandCodec;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.command.MediaKind;
import dev.merpati.model.command.MediaReference;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import dev.merpati.model.outcome.OutcomeNotice;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.whatsapp.FakeConnection;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import reactor.core.publisher.Flux;

/** The life of commands from the topic to the stored outcome, with real Kafka and Redis. */
class CommandsIT extends WorkerFixture {

    @Test
    void aSlowSessionDelaysNobodyElseOnItsPartitionAndHoldsBackTheCommit() throws Exception {
        start("w1");
        UUID slow = connectedIn(1);
        UUID fast = connectedIn(1);
        CountDownLatch answer = new CountDownLatch(1);
        whatsApp.whenSent((connection, _) -> {
            if (connection.sessionId().equals(slow)) {
                awaitQuietly(answer);
            }
            return new SendResult.Acknowledged(null, null);
        });

        String stuck = gateway.publish(slow, text("stuck"));
        List<String> others = IntStream.range(0, 20)
                .mapToObj(i -> gateway.publish(fast, text("m" + i)))
                .toList();

        others.forEach(id -> assertThat(outcomeOf(id)).isEqualTo(new Outcome.MessageSent(null, null)));
        assertThat(gateway.state(stuck)).isEqualTo(CommandState.STARTED);
        // The start commands of both sessions, and nothing from the stuck message on.
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(committed(1)).isEqualTo(2));
        answer.countDown();
        assertThat(outcomeOf(stuck)).isEqualTo(new Outcome.MessageSent(null, null));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(committed(1)).isEqualTo(23));
    }

    @Test
    void keepsTheOrderOfASession() {
        start("w1", "merpati.worker.commands.mailbox-size=500");
        UUID session = connected();

        List<String> ids = IntStream.range(0, 200)
                .mapToObj(i -> gateway.publish(session, text("m" + i)))
                .toList();

        assertThat(outcomeOf(ids.getLast())).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(whatsApp.messageIds()).isEqualTo(ids);
    }

    @Test
    void answersWhatOverflowsAMailbox() {
        TestWorker worker = start("w1", "merpati.worker.commands.mailbox-size=2");
        UUID session = connected();
        CountDownLatch answer = new CountDownLatch(1);
        whatsApp.whenSent((_, _) -> {
            awaitQuietly(answer);
            return new SendResult.Acknowledged(null, null);
        });
        gateway.publish(session, text("first"));
        await().atMost(PATIENCE).until(() -> whatsApp.messages().size() == 1);
        gateway.publish(session, text("second"));
        gateway.publish(session, text("third"));

        String tooMany = gateway.publish(session, text("fourth"));

        assertFailed(tooMany, FailureCode.SESSION_BUSY);
        assertThat(worker.metric("merpati.worker.commands.refused")).isEqualTo(1);
        answer.countDown();
    }

    @Test
    void sendsNothingOfAWithdrawnOrExpiredCommand() {
        start("w1");
        UUID session = connected();
        CommandEnvelope withdrawn = gateway.envelope(session, text("withdrawn"), Duration.ofMinutes(1));
        gateway.makeRecord(withdrawn);
        Outcome takenBack = Outcome.Failed.of(FailureCode.WITHDRAWN, "Kafka did not confirm it");
        gateway.redis()
                .<String, String>opsForHash()
                .putAll(
                        gateway.keys().command(withdrawn.commandId()),
                        Map.of(
                                CommandRecord.STATE, CommandState.FAILED.name(),
                                CommandRecord.OUTCOME, OutcomeCodec.encode(takenBack)));
        gateway.publish(withdrawn);
        String expired = gateway.publish(session, text("expired"), Duration.ZERO);
        String last = gateway.publish(session, text("last"));

        assertThat(outcomeOf(last)).isEqualTo(new Outcome.MessageSent(null, null));
        assertFailed(expired, FailureCode.EXPIRED);
        assertThat(outcomeOf(withdrawn.commandId())).isEqualTo(takenBack);
        assertThat(whatsApp.messageIds()).containsExactly(last);
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.clients.kafka.DeadLetters")
    void putsAsideWhatCanNeverBeRunAndGoesOn() {
        TestWorker worker = start("w1");
        UUID session = connectedIn(3);
        gateway.publishRaw(3, "no JSON".getBytes(StandardCharsets.UTF_8));
        gateway.publishRaw(3, null);
        CommandEnvelope elsewhere = gateway.envelope(session, text("wrong partition"), Duration.ofMinutes(1));
        gateway.publishRaw(2, CommandCodec.encode(elsewhere));

        assertThat(outcomeOf(gateway.publish(session, text("after")))).isEqualTo(new Outcome.MessageSent(null, null));

        List<ConsumerRecord<byte[], byte[]>> letters = deadLetters(3);
        assertThat(letters)
                .extracting(letter -> new String(
                        letter.headers().lastHeader(DeadLetters.REASON).value(), StandardCharsets.UTF_8))
                .anySatisfy(reason -> assertThat(reason).contains("no command of this release"))
                .anySatisfy(reason -> assertThat(reason).contains("no value"))
                .anySatisfy(reason -> assertThat(reason).contains("partition 2", "shard of its session is 3"));
        assertThat(letters).extracting(ConsumerRecord::partition).containsExactlyInAnyOrder(3, 3, 2);
        assertThat(worker.metric("merpati.worker.dead.letters")).isEqualTo(3);
    }

    @Test
    void tellsTheWaitingGateway() throws Exception {
        start("w1");
        UUID session = connected();
        List<String> told = new CopyOnWriteArrayList<>();
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(Objects.requireNonNull(gateway.redis().getConnectionFactory()));
        container.addMessageListener(
                (message, _) -> told.add(new String(message.getBody(), StandardCharsets.UTF_8)),
                new ChannelTopic(RedisKeys.replyChannel(TestGateway.GATEWAY)));
        container.afterPropertiesSet();
        container.start();
        try {
            String id = gateway.publish(session, text("m"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(told)
                            .extracting(OutcomeNotice::decode)
                            .contains(new OutcomeNotice(id, new Outcome.MessageSent(null, null))));
            assertThat(gateway.state(id)).isEqualTo(CommandState.SUCCEEDED);
        } finally {
            container.destroy();
        }
    }

    @Test
    void sendsAFileAndRemovesIt() {
        start("w1");
        UUID session = connected();
        DirectoryMediaStore store = new DirectoryMediaStore(media);
        byte[] content = "a picture".getBytes(StandardCharsets.UTF_8);
        StoredMedia stored = Objects.requireNonNull(
                store.write("m-1", Flux.just(ByteBuffer.wrap(content))).block());
        MediaReference reference =
                new MediaReference("m-1", MediaKind.IMAGE, stored.sha256(), stored.size(), "image/png", "p.png");

        String id = gateway.publish(session, new Command.SendMedia("391234567890", reference, "look", true));
        assertThat(outcomeOf(id)).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(whatsApp.messages())
                .singleElement()
                .isInstanceOfSatisfying(
                        OutgoingMessage.Media.class,
                        sent -> assertThat(sent.content()).isEqualTo(content));
        await().atMost(PATIENCE).until(() -> !media.resolve("m-1").toFile().exists());

        String again = gateway.publish(session, new Command.SendMedia("391234567890", reference, null, true));
        assertFailed(again, FailureCode.MEDIA_FAILED);
    }

    @Test
    void notesReceiptsAndNeverTakesAReadingBack() {
        start("w1");
        UUID session = connected();
        String id = gateway.publish(session, text("m"));
        outcomeOf(id);
        FakeConnection connection = whatsApp.latest(session);

        connection.receipt(id, IncomingReceipt.Kind.READ);
        await().atMost(PATIENCE).until(() -> receiptOf(id) == Receipt.READ);
        connection.receipt(id, IncomingReceipt.Kind.DELIVERED);
        connection.receipt(gateway.keys().shardMap().newCommandId(session), IncomingReceipt.Kind.READ);
        String next = gateway.publish(session, text("n"));
        outcomeOf(next);
        connection.receipt(next, IncomingReceipt.Kind.DELIVERED);
        await().atMost(PATIENCE).until(() -> receiptOf(next) == Receipt.DELIVERED);
        assertThat(receiptOf(id)).isEqualTo(Receipt.READ);
    }

    @Test
    void reconnectPairsAnewAndDeleteLeavesNothing() {
        start("w1");
        UUID session = connected();
        outcomeOf(gateway.publish(session, text("m")));

        String reconnect = gateway.publish(session, new Command.ReconnectSession());
        assertThat(outcomeOf(reconnect)).isEqualTo(new Outcome.SessionChanged());
        awaitStatus(session, SessionStatus.QR);
        assertThat(whatsApp.connections(session).getFirst().isUnlinked()).isTrue();

        whatsApp.scan(session);
        awaitStatus(session, SessionStatus.CONNECTED);
        gateway.markDeleted(session);
        String delete = gateway.publish(session, new Command.DeleteSession());
        assertThat(outcomeOf(delete)).isEqualTo(new Outcome.SessionChanged());
        assertThat(whatsApp.latest(session).isUnlinked()).isTrue();
        int shard = gateway.keys().shardMap().shardOf(session);
        Set<String> left = Objects.requireNonNull(gateway.redis().keys("*" + session + "*"));
        assertThat(left).isEmpty();
        assertThat(gateway.redis().opsForSet().isMember(gateway.keys().sessionsOfShard(shard), session.toString()))
                .isFalse();
        assertThat(gateway.command(reconnect)).isNull();
        assertThat(gateway.redis().getExpire(gateway.keys().command(delete))).isBetween(1L, 60L);
        assertFailed(gateway.publish(session, text("too late")), FailureCode.SESSION_DELETED);
    }

    @Tag("heavy")
    @Test
    void finishesADeletionThatWasLeftBehind() {
        UUID session;
        try (TestWorker _ = start("w1")) {
            session = connected();
            gateway.publish(session, text("m"));
        }
        gateway.markDeleted(session);

        start("w1");

        await().atMost(PATIENCE).until(() -> gateway.session(session) == null);
        assertThat(whatsApp.latest(session).isUnlinked()).isTrue();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(gateway.redis().keys("*" + session + "*")).isEmpty());
    }

    private @Nullable Receipt receiptOf(String commandId) {
        CommandRecord command = gateway.command(commandId);
        return command == null ? null : command.receipt();
    }

    private List<ConsumerRecord<byte[], byte[]>> deadLetters(int count) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        Services.kafka().bootstrapServers(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(IntStream.range(0, topic.partitions())
                    .mapToObj(p -> new TopicPartition(topic.deadLetterName(), p))
                    .toList());
            List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(letters::add);
                return letters.size() >= count;
            });
            return letters;
        }
    }
}
