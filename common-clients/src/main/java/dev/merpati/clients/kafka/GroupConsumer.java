package dev.merpati.clients.kafka;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
 * Runs a program as a member of its consumer group, from start to stop, and rejoins after every failure of Kafka. It starts after
 * and stops before every other part of the application.
 *
 * @param <P> what the program keeps of a partition
 */
public abstract class GroupConsumer<P extends PartitionState> implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(GroupConsumer.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    protected final GroupSettings group;
    protected final ConsumerStatus status;
    /** The partitions of the current consumer, which changes them on its thread. */
    protected final Map<TopicPartition, P> owned = new ConcurrentHashMap<>();

    private final ConsumerSource consumers;
    private final Backoff backoff;
    private final MeterRegistry meters;
    private volatile StopSignal stop = new StopSignal();
    private volatile @Nullable Thread thread;

    /** @param backoff between two consumers */
    protected GroupConsumer(
            GroupSettings group,
            ConsumerSource consumers,
            ConsumerStatus status,
            Backoff backoff,
            MeterRegistry meters) {
        this.group = group;
        this.consumers = consumers;
        this.status = status;
        this.backoff = backoff;
        this.meters = meters;
    }

    /**
     * Looks at the topic before the program starts.
     *
     * @throws IllegalStateException when it is of no use
     */
    protected abstract void checkTopic();

    /**
     * Calls {@link #consume} once, when there is something to consume. Is repeated until the end, with pauses that grow while one
     * soon follows the other.
     */
    protected abstract void attempt();

    /** Comes after the last consumer, on its thread. */
    protected void ended(StopSignal stopping) {}

    @Override
    public final void start() {
        checkTopic();
        stop = new StopSignal();
        thread = Thread.ofPlatform().name("poll-" + group.id()).start(this::run);
    }

    /** Hands all partitions over, and returns when that is done. */
    @Override
    public final void stop() {
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
    public final boolean isRunning() {
        return thread != null;
    }

    /** Whether no consumer is to be created any more, and the current one has to go. */
    protected boolean isEnding() {
        return stop.isStopped() || status.isShutOut();
    }

    private void run() {
        for (int failures = 1; !isEnding(); failures++) {
            long begun = status.now();
            attempt();
            if (status.now() - begun > backoff.max().toNanos()) {
                failures = 1; // It comes after a longer time than any pause: the failures before it are over.
            }
            if (!isEnding()) {
                stop.await(backoff.after(failures));
            }
        }
        ended(stop);
    }

    /** Consumes with a new consumer until that fails, or this ends. Throws nothing. */
    protected final void consume(Function<Consumer<byte[], byte[]>, ? extends PartitionAssignment<P>> assignments) {
        Consumer<byte[], byte[]> consumer;
        try {
            consumer = consumers.create();
        } catch (KafkaException e) {
            log.error("The consumer cannot be created", e);
            return;
        }
        PartitionAssignment<P> assignment = assignments.apply(consumer);
        boolean regular = false;
        try (KafkaClientMetrics metrics = new KafkaClientMetrics(consumer)) {
            metrics.bindTo(meters);
            new PollLoop(consumer, assignment, group, status).run(this::isEnding);
            assignment.handOverAll();
            regular = true;
        } catch (FencedInstanceIdException e) {
            log.error(
                    "Another {} has the id {}: this one stops for good: {}",
                    group.program(),
                    group.id(),
                    e.getMessage());
            status.shutOut();
        } catch (UnreleasedInstanceIdException e) {
            log.warn(
                    "Kafka still keeps the id {} for a {} that did not leave: {}",
                    group.id(),
                    group.program(),
                    e.getMessage());
            status.polled(); // A restart would not get it any sooner.
        } catch (ConsumerRestartException e) {
            log.warn("{}", e.getMessage());
        } catch (RuntimeException e) {
            log.error("The consumer failed and is created again", e);
        } finally {
            if (!regular) {
                assignment.loseAll();
            }
            status.member(false);
            close(consumer, regular && group.leaveGroupOnShutdown());
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

    /** The time of the oldest record that is not finished, as {@link OffsetTracker#begin} was told; empty when there is none. */
    protected final OptionalLong oldest() {
        return owned.values().stream()
                .map(PartitionState::oldest)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min();
    }
}
