package dev.merpati.dispatcher.consumer;

import dev.merpati.clients.kafka.ConsumerSource;
import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.clients.kafka.GroupConsumer;
import dev.merpati.clients.kafka.GroupSettings;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.dispatcher.settings.DispatcherSettings;
import dev.merpati.dispatcher.stream.RedisContinuity;
import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.dispatcher.stream.TenantStreams;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.outage.Outage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Consumes events as a member of the dispatchers' group. Needs neither Kafka nor Redis to start. */
public final class EventConsumer extends GroupConsumer<OwnedPartition> {
    private static final Logger log = LoggerFactory.getLogger(EventConsumer.class);
    /** Longer than the time between two tries. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final EventTopicCheck topicCheck;
    private final EventTopic topic;
    private final TenantStreams streams;
    private final StreamListener listener;
    private final DeadLetters deadLetters;
    private final RedisContinuity continuity;
    private final DispatcherSettings settings;
    private final Backoff backoff;
    private final PendingBytes pendingBytes;
    private final Outage topicOutage = new Outage("The topic of events", QUIET, System::nanoTime);

    public EventConsumer(
            Map<String, Object> adminProperties,
            ConsumerSource consumers,
            EventTopic topic,
            TenantStreams streams,
            StreamListener listener,
            DeadLetters deadLetters,
            RedisContinuity continuity,
            ConsumerStatus status,
            DispatcherSettings settings,
            Backoff backoff,
            MeterRegistry meters) {
        super(groupSettings(topic, settings), consumers, status, backoff, meters);
        this.topicCheck = new EventTopicCheck(adminProperties, topic);
        this.topic = topic;
        this.streams = streams;
        this.listener = listener;
        this.deadLetters = deadLetters;
        this.continuity = continuity;
        this.settings = settings;
        this.backoff = backoff;
        this.pendingBytes = new PendingBytes(settings.maxPendingBytes().toBytes());
        registerGauges(meters);
    }

    static GroupSettings groupSettings(EventTopic topic, DispatcherSettings settings) {
        return new GroupSettings(
                "dispatcher",
                topic.name(),
                settings.id(),
                settings.leaveGroupOnShutdown(),
                settings.commitInterval(),
                settings.revocationTimeout(),
                settings.handoverTimeout());
    }

    private void registerGauges(MeterRegistry meters) {
        Gauge.builder("merpati.dispatcher.partitions.configured", topic, EventTopic::partitions)
                .description("Partitions of the topic of events, each of which needs an owner")
                .register(meters);
        Gauge.builder("merpati.dispatcher.partitions.owned", owned, Map::size)
                .description("Partitions of the topic of events that this dispatcher owns")
                .register(meters);
        Gauge.builder(
                        "merpati.dispatcher.events.pending",
                        owned,
                        all -> all.values().stream()
                                .mapToInt(OwnedPartition::pending)
                                .sum())
                .description("Events that were read from Kafka and are not in their tenant's stream yet")
                .register(meters);
        Gauge.builder("merpati.dispatcher.events.oldest.age", this, EventConsumer::oldestAge)
                .description("How long ago the oldest such event was published")
                .baseUnit("seconds")
                .register(meters);
    }

    private double oldestAge() {
        OptionalLong oldest = oldest();
        return oldest.isEmpty() ? 0 : Math.max(InstantSource.system().millis() - oldest.getAsLong(), 0) / 1_000.0;
    }

    /** @throws IllegalStateException when the topic has the wrong number of partitions */
    @Override
    protected void checkTopic() {
        try {
            topicCheck.topicId();
        } catch (KafkaException e) {
            log.warn("The topic {} cannot be looked at yet: {}", topic.name(), e.toString());
        }
    }

    @Override
    protected void attempt() {
        Optional<String> topicId = topicId();
        status.polled(); // A restart would not bring Kafka back.
        topicId.ifPresent(this::consume);
    }

    private Optional<String> topicId() {
        try {
            Optional<String> found = topicCheck.topicId();
            if (found.isPresent()) {
                topicOutage.succeeded();
            } else {
                topicOutage.failed(
                        new KafkaException("there is no topic " + topic.name() + " until a worker makes it"));
            }
            return found;
        } catch (KafkaException e) {
            topicOutage.failed(e);
        } catch (RuntimeException e) {
            log.error("The topic of events cannot be used", e);
        }
        return Optional.empty();
    }

    private void consume(String topicId) {
        Appending appending = new Appending(
                streams, listener, continuity, deadLetters, pendingBytes, backoff, settings, topicId, System::nanoTime);
        consume(consumer -> new Assignment(
                consumer,
                group,
                status,
                appending,
                new RecordReader(topic),
                () -> topicId().equals(Optional.of(topicId)),
                owned));
    }
}
