package dev.merpati.gateway.command;

import dev.merpati.gateway.settings.InstallationSettings;
import dev.merpati.gateway.web.RequestContext;
import dev.merpati.model.command.CommandCodec;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.kafka.CommandHeaders;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.shard.ShardMap;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Writes commands to Kafka, each into the partition that is its session's shard.
 *
 * <p>{@code send()} blocks up to {@code max.block.ms} when the broker is away, so it runs on a virtual thread, of which
 * there are no more than there are requests.
 */
@Component
class CommandPublisher implements DisposableBean {
    private final KafkaTemplate<String, byte[]> kafka;
    private final CommandTopic topic;
    private final ShardMap shardMap;
    private final Scheduler senders = Schedulers.fromExecutorService(Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("command-sender-", 0).factory()));

    CommandPublisher(KafkaTemplate<String, byte[]> kafka, InstallationSettings installation, ShardMap shardMap) {
        this.kafka = kafka;
        this.topic = installation.topic();
        this.shardMap = shardMap;
    }

    /**
     * Completes when all in-sync replicas have the command. An error means that it is unknown whether Kafka has it, or
     * ever will.
     */
    Mono<Void> publish(CommandEnvelope envelope) {
        return RequestContext.within(() -> Mono.fromFuture(kafka.send(recordOf(envelope))))
                .subscribeOn(senders)
                .then();
    }

    private ProducerRecord<String, byte[]> recordOf(CommandEnvelope envelope) {
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(
                topic.name(),
                shardMap.shardOf(envelope.sessionId()),
                envelope.sessionId().toString(),
                CommandCodec.encode(envelope));
        message.headers()
                .add(CommandHeaders.REQUEST_ID, envelope.requestId().getBytes(StandardCharsets.UTF_8))
                .add(CommandHeaders.TENANT_ID, envelope.tenantId().getBytes(StandardCharsets.UTF_8));
        return message;
    }

    @Override
    public void destroy() {
        senders.dispose();
    }
}
