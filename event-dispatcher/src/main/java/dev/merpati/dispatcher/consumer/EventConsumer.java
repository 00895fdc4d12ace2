package dev.merpati.dispatcher.consumer;

import dev.merpati.dispatcher.settings.DispatcherSettings;
import dev.merpati.dispatcher.stream.RedisContinuity;
import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.dispatcher.stream.TenantStreams;
import dev.merpati.dispatcher.timing.Backoff;
import dev.merpati.dispatcher.timing.StopSignal;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.outage.Outage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the dispatcher as a member of its consumer group, from start to stop, and joins again after every failure of Kafka. It
 * starts after and stops before every other part of the application, and needs neither Kafka nor Redis to start.
 */
public final class EventConsumer implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(EventConsumer.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    /** Longer than the time between two tries. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final EventTopicCheck topicCheck;
    private final EventTopic topic;
    private final ConsumerSource consumers;
    private final TenantStreams streams;
    private final StreamListener listener;
    private final DeadLetters deadLetters;
    private final RedisContinuity continuity;
    private final ConsumerStatus status;
    private final DispatcherSettings settings;
    private final Backoff backoff;
    private final MeterRegistry meters;
    private final PendingBytes pendingBytes;
    private final Outage topicOutage = new Outage("The topic of events", QUIET, System::nanoTime);
    private final Map<TopicPartition, OwnedPartition> owned = new ConcurrentHashMap<>();
    private volatile StopSignal stop = new StopSignal();
    private volatile @Nullable Thread thread;

    /** Creates the consumers, one after the other. */
    public interface ConsumerSource {
        Consumer<byte[], byte[]> create();
    }

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
        this.topicCheck = new EventTopicCheck(adminProperties, topic);
        this.topic = topic;
        this.consumers = consumers;
        this.streams = streams;
        this.listener = listener;
        this.deadLetters = deadLetters;
        this.continuity = continuity;
        this.status = status;
        this.settings = settings;
        this.backoff = backoff;
        this.meters = meters;
        this.pendingBytes = new PendingBytes(settings.maxPendingBytes().toBytes());
        registerGauges();
    }

    private void registerGauges() {
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
        Gauge.builder("merpati.dispatcher.events.oldest.age", owned, EventConsumer::oldestAge)
                .description("How long ago the oldest such event was published")
                .baseUnit("seconds")
                .register(meters);
    }

    private static double oldestAge(Map<TopicPartition, OwnedPartition> owned) {
        OptionalLong oldest = owned.values().stream()
                .map(OwnedPartition::oldest)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min();
        return oldest.isEmpty() ? 0 : Math.max(InstantSource.system().millis() - oldest.getAsLong(), 0) / 1_000.0;
    }

    /** @throws IllegalStateException when the topic has the wrong number of partitions */
    @Override
    public void start() {
        try {
            topicCheck.topicId();
        } catch (KafkaException e) {
            log.warn("The topic {} cannot be looked at yet: {}", topic.name(), e.toString());
        }
        stop = new StopSignal();
        thread = Thread.ofPlatform().name("poll-" + settings.id()).start(this::run);
    }

    /** Hands all partitions over, and returns when that is done. */
    @Override
    public void stop() {
        stop.stop();
        Thread running = thread;
        thread = null;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void run() {
        for (int failures = 1; !isEnding(); failures++) {
            Optional<String> topicId = topicId();
            status.polled(); // A restart would not bring Kafka back.
            topicId.ifPresent(this::consume);
            if (!isEnding()) {
                stop.await(backoff.after(failures));
            }
        }
    }

    private boolean isEnding() {
        return stop.isStopped() || status.isShutOut();
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
        Consumer<byte[], byte[]> consumer;
        try {
            consumer = consumers.create();
        } catch (KafkaException e) {
            log.error("The consumer cannot be created", e);
            return;
        }
        Appending appending = new Appending(
                streams, listener, continuity, deadLetters, pendingBytes, backoff, settings, topicId, System::nanoTime);
        Assignment assignment = new Assignment(
                consumer,
                appending,
                new RecordReader(topic),
                status,
                () -> topicId().equals(Optional.of(topicId)),
                owned);
        PollLoop loop = new PollLoop(consumer, assignment, continuity, status, settings);
        boolean regular = false;
        try (KafkaClientMetrics metrics = new KafkaClientMetrics(consumer)) {
            metrics.bindTo(meters);
            loop.run(topic.name(), this::isEnding);
            assignment.handOverAll();
            regular = true;
        } catch (FencedInstanceIdException e) {
            log.error("Another dispatcher has the id {}: this one stops for good: {}", settings.id(), e.getMessage());
            status.shutOut();
        } catch (UnreleasedInstanceIdException e) {
            log.warn(
                    "Kafka still keeps the id {} for a dispatcher that did not leave: {}",
                    settings.id(),
                    e.getMessage());
        } catch (Assignment.TopicChangedException e) {
            log.warn("The topic {} seems to have been made again: {}", topic.name(), e.getMessage());
        } catch (RuntimeException e) {
            log.error("The consumer failed and is created again", e);
        } finally {
            if (!regular) {
                assignment.loseAll();
            }
            status.member(false);
            close(consumer, regular && settings.leaveGroupOnShutdown());
        }
    }

    private static void close(Consumer<byte[], byte[]> consumer, boolean leave) {
        try {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT)
                    .withGroupMembershipOperation(
                            leave
                                    ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                                    : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
        } catch (KafkaException e) {
            log.warn("The consumer did not close cleanly: {}", e.toString());
        }
    }
}
