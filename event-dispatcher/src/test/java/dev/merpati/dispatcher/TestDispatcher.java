package dev.merpati.dispatcher;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.model.event.EventTopic;
import dev.merpati.testing.TestProgram;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.support.GenericApplicationContext;

/** A whole dispatcher in this JVM. */
public final class TestDispatcher extends TestProgram {
    /**
     * Starts a dispatcher with short times.
     *
     * @param listener one more that is told of new events; null for none
     * @param properties {@code name=value}, which win over everything else
     */
    public TestDispatcher(String id, EventTopic topic, @Nullable StreamListener listener, String... properties) {
        super(program(listener), defaults(id, topic), properties);
    }

    private static SpringApplicationBuilder program(@Nullable StreamListener listener) {
        return DispatcherApplication.builder().initializers(started -> {
            if (listener != null) {
                ((GenericApplicationContext) started)
                        .registerBean("testListener", StreamListener.class, () -> listener);
            }
        });
    }

    private static List<String> defaults(String id, EventTopic topic) {
        return List.of(
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
    }

    /** Whether it has its part of the partitions. */
    public boolean isReady() {
        return context().getBean(ConsumerStatus.class).isMember();
    }
}
