package dev.merpati.worker.consumer;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.worker.consumer.ConsumerStatus.Drain;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.shard.Shards;
import dev.merpati.worker.timing.Backoff;
import dev.merpati.worker.timing.StopSignal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
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
 * Runs the worker as a member of its consumer group, from start to stop, and rejoins after every failure of Kafka. It
 * starts after and stops before every other part of the application.
 */
public final class CommandConsumer implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(CommandConsumer.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Topics topics;
    private final StaticMemberRemover memberRemover;
    private final CommandTopic topic;
    private final ConsumerSource consumers;
    private final Shards shards;
    private final DeadLetters deadLetters;
    private final ConsumerStatus status;
    private final CommandReader reader;
    private final WorkerSettings settings;
    private final Backoff backoff;
    private final MeterRegistry meters;
    private final InFlightBytes inFlightBytes;
    private final Map<TopicPartition, OwnedPartition> owned = new ConcurrentHashMap<>();
    private volatile StopSignal stop = new StopSignal();
    private volatile @Nullable Thread thread;

    /** Creates the consumers, one after the other. */
    public interface ConsumerSource {
        Consumer<byte[], byte[]> create();
    }

    public CommandConsumer(
            Map<String, Object> adminProperties,
            ConsumerSource consumers,
            CommandTopic topic,
            Shards shards,
            DeadLetters deadLetters,
            ConsumerStatus status,
            MerpatiSettings settings,
            Backoff backoff,
            MeterRegistry meters) {
        this.topics = new Topics(adminProperties, topic, settings);
        this.memberRemover = new StaticMemberRemover(
                adminProperties, settings.worker().group(), settings.worker().id());
        this.topic = topic;
        this.consumers = consumers;
        this.shards = shards;
        this.deadLetters = deadLetters;
        this.status = status;
        this.reader = new CommandReader(new ShardMap(topic.partitions()));
        this.settings = settings.worker();
        this.inFlightBytes =
                new InFlightBytes(this.settings.commands().maxInFlightBytes().toBytes());
        this.backoff = backoff;
        this.meters = meters;
        registerGauges(meters, owned.values());
    }

    private static void registerGauges(MeterRegistry meters, Collection<OwnedPartition> owned) {
        Gauge.builder(
                        "merpati.worker.commands.in.flight",
                        owned,
                        all -> all.stream().mapToInt(OwnedPartition::inFlight).sum())
                .description("Commands that were taken from the topic and are not finished")
                .register(meters);
        Gauge.builder("merpati.worker.commands.oldest.age", owned, CommandConsumer::oldestAge)
                .description("How long the oldest unfinished command has been in this worker")
                .baseUnit("seconds")
                .register(meters);
    }

    private static double oldestAge(Collection<OwnedPartition> owned) {
        OptionalLong oldest = owned.stream()
                .map(OwnedPartition::oldest)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min();
        return oldest.isEmpty()
                ? 0
                : Duration.ofNanos(System.nanoTime() - oldest.getAsLong()).toMillis() / 1_000.0;
    }

    /** @throws IllegalStateException when a topic is missing or has the wrong number of partitions */
    @Override
    public void start() {
        topics.ensure();
        stop = new StopSignal();
        thread = Thread.ofPlatform().name("poll-" + settings.id()).start(this::run);
    }

    /** Hands all shards over, and returns when that is done. */
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

    /**
     * Starts to hand all shards over and to leave the group for good, whatever {@code leave-group-on-shutdown} says; the
     * process keeps running. Returns at once; idempotent.
     */
    public void drain() {
        if (status.drain() == Drain.NONE) {
            log.info("Draining: handing all shards over");
            status.drain(Drain.DRAINING);
        }
    }

    public Drain drainProgress() {
        return status.drain();
    }

    private void run() {
        for (int failures = 1; !isEnding(); failures++) {
            consume();
            if (!isEnding()) {
                stop.await(backoff.after(failures));
            }
        }
        if (status.drain() == Drain.DRAINING && !status.isShutOut() && memberRemover.untilConfirmed(backoff, stop)) {
            log.info("Drained: this worker has left its group");
            status.drain(Drain.DRAINED);
        }
    }

    private boolean isEnding() {
        return stop.isStopped() || status.isShutOut() || status.drain() != Drain.NONE;
    }

    private void consume() {
        Consumer<byte[], byte[]> consumer;
        try {
            consumer = consumers.create();
        } catch (KafkaException e) {
            log.error("The consumer cannot be created", e);
            return;
        }
        Assignment assignment = new Assignment(consumer, shards, settings, status, inFlightBytes, owned);
        PollLoop loop = new PollLoop(consumer, assignment, reader, deadLetters, status, settings);
        boolean regular = false;
        try (KafkaClientMetrics metrics = new KafkaClientMetrics(consumer)) {
            metrics.bindTo(meters);
            loop.run(topic.name(), this::isEnding);
            assignment.handOverAll();
            regular = true;
        } catch (FencedInstanceIdException e) {
            log.error("Another worker has the id {}: this one stops for good: {}", settings.id(), e.getMessage());
            status.shutOut();
        } catch (UnreleasedInstanceIdException e) {
            log.warn("Kafka still keeps the id {} for a worker that did not leave: {}", settings.id(), e.getMessage());
            status.polled(); // A restart would not get it any sooner.
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
