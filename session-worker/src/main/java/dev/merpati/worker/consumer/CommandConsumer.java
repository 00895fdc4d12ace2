package dev.merpati.worker.consumer;

import dev.merpati.clients.kafka.ConsumerSource;
import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.clients.kafka.GroupConsumer;
import dev.merpati.clients.kafka.GroupSettings;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.shard.Shards;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Consumes commands as a member of the workers' group, until it is stopped or drained. */
public final class CommandConsumer extends GroupConsumer<OwnedPartition> {
    private static final Logger log = LoggerFactory.getLogger(CommandConsumer.class);

    private final Topics topics;
    private final StaticMemberRemover memberRemover;
    private final Shards shards;
    private final DeadLetters deadLetters;
    private final CommandReader reader;
    private final WorkerSettings settings;
    private final Backoff backoff;
    private final InFlightBytes inFlightBytes;
    private volatile Drain drain = Drain.NONE;

    /** How far a worker is with leaving its group for good. */
    public enum Drain {
        /** Not asked for. */
        NONE,
        /** It consumes nothing any more and is handing its shards over, or Kafka has not confirmed its leaving yet. */
        DRAINING,
        /** It owns nothing, and Kafka has removed it from the group. */
        DRAINED
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
        super(groupSettings(topic, settings.worker()), consumers, status, backoff, meters);
        this.topics = new Topics(adminProperties, topic, settings);
        this.memberRemover = new StaticMemberRemover(
                adminProperties, settings.worker().group(), settings.worker().id());
        this.shards = shards;
        this.deadLetters = deadLetters;
        this.reader = new CommandReader(new ShardMap(topic.partitions()));
        this.settings = settings.worker();
        this.backoff = backoff;
        this.inFlightBytes =
                new InFlightBytes(this.settings.commands().maxInFlightBytes().toBytes());
        registerGauges(meters);
    }

    static GroupSettings groupSettings(CommandTopic topic, WorkerSettings worker) {
        return new GroupSettings(
                "worker",
                topic.name(),
                worker.id(),
                worker.leaveGroupOnShutdown(),
                worker.commands().commitInterval(),
                worker.revocationTimeout(),
                worker.handoverTimeout());
    }

    private void registerGauges(MeterRegistry meters) {
        Gauge.builder(
                        "merpati.worker.commands.in.flight",
                        owned,
                        all -> all.values().stream()
                                .mapToInt(OwnedPartition::inFlight)
                                .sum())
                .description("Commands that were taken from the topic and are not finished")
                .register(meters);
        Gauge.builder("merpati.worker.commands.oldest.age", this, CommandConsumer::oldestAge)
                .description("How long the oldest unfinished command has been in this worker")
                .baseUnit("seconds")
                .register(meters);
    }

    private double oldestAge() {
        OptionalLong oldest = oldest();
        return oldest.isEmpty()
                ? 0
                : Duration.ofNanos(System.nanoTime() - oldest.getAsLong()).toMillis() / 1_000.0;
    }

    /** @throws IllegalStateException when a topic is missing or has the wrong number of partitions */
    @Override
    protected void checkTopic() {
        topics.ensure();
    }

    /**
     * Starts to hand all shards over and to leave the group for good, whatever {@code leave-group-on-shutdown} says; the
     * process keeps running. Returns at once; idempotent.
     */
    public void drain() {
        if (drain == Drain.NONE) {
            log.info("Draining: handing all shards over");
            drain = Drain.DRAINING;
        }
    }

    public Drain drainProgress() {
        return drain;
    }

    @Override
    protected boolean isEnding() {
        return super.isEnding() || drain != Drain.NONE;
    }

    @Override
    protected void attempt() {
        consume(consumer ->
                new Assignment(consumer, group, status, reader, shards, deadLetters, settings, inFlightBytes, owned));
    }

    @Override
    protected void ended(StopSignal stopping) {
        if (drain == Drain.DRAINING && !status.isShutOut() && memberRemover.untilConfirmed(backoff, stopping)) {
            log.info("Drained: this worker has left its group");
            drain = Drain.DRAINED;
        }
    }
}
