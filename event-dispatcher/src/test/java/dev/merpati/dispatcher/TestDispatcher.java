package dev.merpati.dispatcher;

import dev.merpati.dispatcher.consumer.ConsumerStatus;
import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.model.event.EventTopic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A whole dispatcher in this JVM. */
public final class TestDispatcher implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    /**
     * Starts a dispatcher with short times.
     *
     * @param listener one more that is told of new events; null for none
     * @param properties {@code name=value}, which win over everything else
     */
    public TestDispatcher(String id, EventTopic topic, @Nullable StreamListener listener, String... properties) {
        List<String> all = List.of(
                "server.port=0",
                "spring.kafka.bootstrap-servers=" + Services.kafka().bootstrapServers(),
                "spring.data.redis.host=" + Services.redis().host(),
                "spring.data.redis.port=" + Services.redis().port(),
                "merpati.events.topic=" + topic.name(),
                "merpati.events.partitions=" + topic.partitions(),
                "merpati.webhooks.secret-key=" + Base64.getEncoder().encodeToString(new byte[32]),
                "merpati.dispatcher.id=" + id,
                "merpati.dispatcher.group=" + topic.name(),
                "merpati.dispatcher.session-timeout=6s",
                "merpati.dispatcher.handover-timeout=5s",
                "merpati.dispatcher.commit-interval=50ms",
                "merpati.dispatcher.commit-delay=0s",
                "merpati.dispatcher.max-backoff=200ms");
        Map<String, String> byName = new LinkedHashMap<>();
        Stream.concat(all.stream(), Stream.of(properties))
                .map(property -> property.split("=", 2))
                .forEach(property -> byName.put(property[0], property[1]));
        context = DispatcherApplication.builder()
                .initializers(started -> {
                    if (listener != null) {
                        ((GenericApplicationContext) started)
                                .registerBean("testListener", StreamListener.class, () -> listener);
                    }
                })
                .run(byName.entrySet().stream()
                        .map(property -> "--" + property.getKey() + "=" + property.getValue())
                        .toArray(String[]::new));
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    /** Whether it has its part of the partitions. */
    public boolean isReady() {
        return context.getBean(ConsumerStatus.class).isMember();
    }

    public double metric(String name, String... tags) {
        return context.getBean(io.micrometer.core.instrument.MeterRegistry.class).get(name).tags(tags).meters().stream()
                .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
                .mapToDouble(measurement -> measurement.getValue())
                .sum();
    }

    /** Calls an endpoint on its management port. */
    public HttpResponse<String> get(String path) {
        String port = context.getEnvironment().getProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
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
