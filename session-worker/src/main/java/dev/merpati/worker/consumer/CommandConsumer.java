package dev.merpati.worker.consumer;

import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.shard.Shards;
import dev.merpati.worker.timing.Backoff;
import dev.merpati.worker.timing.StopSignal;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Map;
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
 * The worker as a member of its group: from its start to its stop, over every trouble with Kafka. It starts last and
 * stops first of all that the application is made of.
 */
public final class CommandConsumer implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(CommandConsumer.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final CommandTopics topics;
    private final GroupExit exit;
    private final CommandTopic topic;
    private final ConsumerSource consumers;
    private final Shards shards;
    private final DeadLetters deadLetters;
    private final PollPulse pulse;
    private final CommandReader reader;
    private final WorkerSettings settings;
    private final Backoff backoff;
    private final MeterRegistry meters;
    private final WorkerMemory memory;
    private final Map<TopicPartition, OwnedPartition> owned = new ConcurrentHashMap<>();
    private volatile StopSignal stop = new StopSignal();
    private volatile @Nullable Thread thread;

    /** Makes the consumers, one after the other. */
    public interface ConsumerSource {
        Consumer<byte[], byte[]> create();
    }

    public CommandConsumer(
            Map<String, Object> adminProperties,
            ConsumerSource consumers,
            CommandTopic topic,
            Shards shards,
            DeadLetters deadLetters,
            PollPulse pulse,
            MerpatiSettings settings,
            Backoff backoff,
            MeterRegistry meters) {
        this.topics = new CommandTopics(adminProperties, topic, settings.kafka());
        this.exit = new GroupExit(
                adminProperties, settings.worker().group(), settings.worker().id());
        this.topic = topic;
        this.consumers = consumers;
        this.shards = shards;
        this.deadLetters = deadLetters;
        this.pulse = pulse;
        this.reader = new CommandReader(new ShardMap(topic.partitions()));
        this.settings = settings.worker();
        this.memory =
                new WorkerMemory(this.settings.commands().maxInFlightBytes().toBytes());
        this.backoff = backoff;
        this.meters = meters;
        new InFlightMetrics(owned.values()).bindTo(meters);
    }

    /** @throws IllegalStateException when the topics are not as they must be */
    @Override
    public void start() {
        topics.ensure();
        stop = new StopSignal();
        thread = Thread.ofPlatform().name("poll-" + settings.id()).start(this::run);
    }

    /** Hands all shards over and returns when that is done. */
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
     * Begins to hand all shards over and to leave the group for good, whatever {@code leave-group-on-shutdown} says; the
     * process stays. Returns at once, and may be called again.
     */
    public void drain() {
        if (pulse.drain() == Drain.NONE) {
            log.info("Draining: all shards are handed over");
            pulse.drain(Drain.DRAINING);
        }
    }

    public Drain drainProgress() {
        return pulse.drain();
    }

    private void run() {
        for (int failures = 1; !isEnding(); failures++) {
            consume();
            if (!isEnding()) {
                stop.await(backoff.after(failures));
            }
        }
        if (pulse.drain() == Drain.DRAINING && !pulse.isShutOut() && exit.untilConfirmed(backoff, stop)) {
            log.info("Drained: this worker is no member of its group any more");
            pulse.drain(Drain.DRAINED);
        }
    }

    private boolean isEnding() {
        return stop.isStopped() || pulse.isShutOut() || pulse.drain() != Drain.NONE;
    }

    private void consume() {
        Consumer<byte[], byte[]> consumer;
        try {
            consumer = consumers.create();
        } catch (KafkaException e) {
            log.error("The consumer cannot be made", e);
            return;
        }
        Assignment assignment = new Assignment(consumer, shards, settings, pulse, memory, owned);
        PollLoop loop = new PollLoop(consumer, assignment, reader, deadLetters, pulse, settings);
        boolean regular = false;
        try (KafkaClientMetrics metrics = new KafkaClientMetrics(consumer)) {
            metrics.bindTo(meters);
            loop.run(topic.name(), this::isEnding);
            assignment.handOverAll();
            regular = true;
        } catch (FencedInstanceIdException e) {
            log.error("Another worker has the id {}: this one stops for good: {}", settings.id(), e.getMessage());
            pulse.shutOut();
        } catch (UnreleasedInstanceIdException e) {
            log.warn("Kafka still keeps the id {} for a worker that did not leave: {}", settings.id(), e.getMessage());
            pulse.polled(); // A restart would not get it any sooner.
        } catch (RuntimeException e) {
            log.error("The consumer failed and is made again", e);
        } finally {
            if (!regular) {
                assignment.loseAll();
            }
            pulse.member(false);
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
            log.warn("The consumer did not close in good order: {}", e.toString());
        }
    }
}
