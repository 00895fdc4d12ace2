package dev.merpati.worker;

import dev.merpati.model.event.EventTopic;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.worker.consumer.ConsumerStatus;
import dev.merpati.worker.shard.Shards;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A whole worker in this JVM. */
public final class TestWorker implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    /**
     * Starts a worker with short times.
     *
     * @param connector null for the real one
     * @param properties {@code name=value}, which win over everything else
     */
    public TestWorker(
            String id, CommandTopic topic, Path media, @Nullable WhatsAppConnector connector, String... properties) {
        List<String> all = List.of(
                "server.port=0",
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
        Map<String, String> byName = new LinkedHashMap<>();
        Stream.concat(all.stream(), Stream.of(properties))
                .map(property -> property.split("=", 2))
                .forEach(property -> byName.put(property[0], property[1]));
        context = WorkerApplication.builder()
                .initializers(started -> {
                    if (connector != null) {
                        ((GenericApplicationContext) started)
                                .registerBean("whatsAppConnector", WhatsAppConnector.class, () -> connector);
                    }
                })
                .run(byName.entrySet().stream()
                        .map(property -> "--" + property.getKey() + "=" + property.getValue())
                        .toArray(String[]::new));
    }

    /** Where the workers of a command topic publish events. */
    public static EventTopic eventsOf(CommandTopic topic) {
        return new EventTopic(topic.name() + ".events", 2);
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    public ConsumerStatus consumerStatus() {
        return context.getBean(ConsumerStatus.class);
    }

    /** Whether it has its part of the shards, and all of them open. */
    public boolean isReady() {
        return consumerStatus().isMember() && context.getBean(Shards.class).areOpen();
    }

    public double metric(String name, String... tags) {
        return context.getBean(io.micrometer.core.instrument.MeterRegistry.class).get(name).tags(tags).meters().stream()
                .flatMap(meter -> Stream.iterate(meter.measure().iterator(), i -> i.hasNext(), i -> i)
                        .map(i -> i.next()))
                .mapToDouble(measurement -> measurement.getValue())
                .sum();
    }

    /** Calls an endpoint on its management port. */
    public HttpResponse<String> call(String method, String path) {
        String port = context.getEnvironment().getProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
