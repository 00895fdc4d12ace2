package dev.merpati.worker;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.testing.TestProgram;
import dev.merpati.worker.consumer.CommandConsumer;
import dev.merpati.worker.shard.Shards;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.support.GenericApplicationContext;

/** A whole worker in this JVM. */
public final class TestWorker extends TestProgram {
    /**
     * Starts a worker with short times.
     *
     * @param connector null for the real one
     * @param properties {@code name=value}, which win over everything else
     */
    public TestWorker(
            String id, CommandTopic topic, Path media, @Nullable WhatsAppConnector connector, String... properties) {
        super(program(connector), defaults(id, topic, media), properties);
    }

    private static SpringApplicationBuilder program(@Nullable WhatsAppConnector connector) {
        return WorkerApplication.builder().initializers(started -> {
            if (connector != null) {
                ((GenericApplicationContext) started)
                        .registerBean("whatsAppConnector", WhatsAppConnector.class, () -> connector);
            }
        });
    }

    private static List<String> defaults(String id, CommandTopic topic, Path media) {
        return List.of(
                "spring.kafka.bootstrap-servers=" + Services.kafka().bootstrapServers(),
                "spring.data.redis.host=" + Services.redis().host(),
                "spring.data.redis.port=" + Services.redis().port(),
                "merpati.shards=" + topic.partitions(),
                "merpati.kafka.command-topic=" + topic.name(),
                "merpati.events.topic=" + eventsOf(topic).name(),
                "merpati.events.partitions=" + eventsOf(topic).partitions(),
                "merpati.media.directory=" + media,
                "merpati.credentials.active-key=k1",
                "merpati.credentials.keys.k1=" + Base64.getEncoder().encodeToString(new byte[32]),
                "merpati.worker.id=" + id,
                "merpati.worker.group=" + topic.name(),
                "merpati.worker.session-timeout=6s",
                "merpati.worker.handover-timeout=5s",
                "merpati.worker.owner-ttl=5s",
                "merpati.worker.commands.commit-interval=50ms",
                "merpati.worker.commands.max-backoff=500ms",
                "merpati.worker.connections.per-second=1000",
                "merpati.worker.connections.start-jitter=0s",
                "merpati.worker.connections.initial-backoff=50ms",
                "merpati.worker.connections.max-backoff=500ms",
                "merpati.worker.connections.close-timeout=2s",
                "merpati.worker.connections.unlink-timeout=1s");
    }

    /** Where the workers of a command topic publish events. */
    public static EventTopic eventsOf(CommandTopic topic) {
        return new EventTopic(topic.name() + ".events", 2);
    }

    public ConsumerStatus consumerStatus() {
        return context().getBean(ConsumerStatus.class);
    }

    public CommandConsumer.Drain drainProgress() {
        return context().getBean(CommandConsumer.class).drainProgress();
    }

    /** Whether it has its part of the shards, and all of them open. */
    public boolean isReady() {
        return consumerStatus().isMember() && context().getBean(Shards.class).areOpen();
    }
}
