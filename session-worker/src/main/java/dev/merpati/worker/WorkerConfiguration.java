package dev.merpati.worker;

import dev.merpati.clients.kafka.ConsumerStatus;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.Periodic;
import dev.merpati.clients.timing.SystemTimers;
import dev.merpati.media.MediaStore;
import dev.merpati.media.MediaStoreSettings;
import dev.merpati.media.MediaStores;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.worker.connection.ConnectionMetrics;
import dev.merpati.worker.connection.LoginPacer;
import dev.merpati.worker.connection.SessionConnections;
import dev.merpati.worker.consumer.CommandConsumer;
import dev.merpati.worker.event.EventPublisher;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.OwnershipProof;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.management.AssignmentHealthIndicator;
import dev.merpati.worker.management.DrainEndpoint;
import dev.merpati.worker.management.PollHealthIndicator;
import dev.merpati.worker.media.BudgetedMediaLoader;
import dev.merpati.worker.media.MediaSweeper;
import dev.merpati.worker.media.ReceivedFiles;
import dev.merpati.worker.session.CommandTracing;
import dev.merpati.worker.session.SessionFactory;
import dev.merpati.worker.session.WorkMetrics;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.shard.Shards;
import dev.merpati.worker.store.CommandStore;
import dev.merpati.worker.store.ReceivedMediaStore;
import dev.merpati.worker.store.RedisCommandStore;
import dev.merpati.worker.store.RedisCredentialsStore;
import dev.merpati.worker.store.RedisReceivedMediaStore;
import dev.merpati.worker.store.RedisSessionStore;
import dev.merpati.worker.store.SessionStore;
import dev.merpati.worker.tracing.TracedConnector;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.tracing.Tracer;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Wires the worker, except for the Kafka, Redis and WhatsApp clients. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MerpatiSettings.class)
class WorkerConfiguration {
    /** Each call draws from the calling thread's own generator. */
    private static final RandomGenerator RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    @Bean
    CommandTopic commandTopic(MerpatiSettings settings) {
        return new CommandTopic(settings.kafka().commandTopic(), settings.shards());
    }

    @Bean
    RedisKeys redisKeys(MerpatiSettings settings) {
        return new RedisKeys(new ShardMap(settings.shards()));
    }

    @Bean
    SystemTimers timers() {
        return new SystemTimers();
    }

    /** Between tries of what must be done in Redis or Kafka. */
    @Bean
    Backoff backoff(MerpatiSettings settings) {
        return new Backoff(
                settings.worker().commands().initialBackoff(),
                settings.worker().commands().maxBackoff(),
                RANDOM);
    }

    @Bean
    FencedRedis fencedRedis(StringRedisTemplate redis, RedisKeys keys, OwnershipProof proof, MeterRegistry meters) {
        return new FencedRedis(redis, keys, proof, System::nanoTime, meters);
    }

    @Bean
    ShardOwnership shardOwnership(FencedRedis fenced, RedisKeys keys, MerpatiSettings settings, MeterRegistry meters) {
        return new ShardOwnership(
                fenced, keys, settings.worker().id(), settings.worker().ownerTtl(), System::nanoTime, meters);
    }

    @Bean
    @ConditionalOnMissingBean
    MediaStore mediaStore(Environment environment) {
        return MediaStores.open(Binder.get(environment).bindOrCreate("merpati.media", MediaStoreSettings.class));
    }

    @Bean
    SessionStore sessionStore(StringRedisTemplate redis, FencedRedis fenced, RedisKeys keys, MerpatiSettings settings) {
        return new RedisSessionStore(
                redis,
                fenced,
                keys,
                InstantSource.system(),
                settings.worker().pairing().qrSafetyMargin());
    }

    @Bean
    CommandStore commandStore(FencedRedis fenced, RedisKeys keys) {
        return new RedisCommandStore(fenced, keys, InstantSource.system());
    }

    @Bean
    ReceivedMediaStore receivedMediaStore(
            StringRedisTemplate redis, FencedRedis fenced, RedisKeys keys, MerpatiSettings settings) {
        return new RedisReceivedMediaStore(
                redis,
                fenced,
                keys,
                settings.credentials(),
                InstantSource.system(),
                settings.events().retention());
    }

    @Bean
    ReceivedFiles receivedMedia(
            ReceivedMediaStore references,
            MediaStore mediaStore,
            WhatsAppConnector connector,
            MerpatiSettings settings,
            MeterRegistry meters) {
        return new ReceivedFiles(references, mediaStore, connector::download, settings.media(), meters);
    }

    @Bean
    LoginPacer loginPacer(MerpatiSettings settings, SystemTimers timers) {
        return new LoginPacer(
                settings.worker().connections().perSecond(),
                settings.worker().connections().maxConcurrentLogins(),
                timers,
                InstantSource.system());
    }

    @Bean
    SessionConnections sessionConnections(
            WhatsAppConnector connector,
            SessionStore sessions,
            CommandStore commands,
            StringRedisTemplate redis,
            FencedRedis fenced,
            RedisKeys keys,
            ShardOwnership ownership,
            LoginPacer pacer,
            MerpatiSettings settings,
            SystemTimers timers,
            ObjectProvider<Tracer> tracing,
            ClientVersions versions,
            MeterRegistry meters) {
        Tracer tracer = tracing.getIfAvailable();
        return new SessionConnections(
                tracer == null ? connector : new TracedConnector(connector, tracer),
                settings.whatsapp().deviceName(),
                sessions,
                commands,
                new RedisCredentialsStore(redis, fenced, keys, settings.credentials()),
                ownership,
                pacer,
                settings.worker(),
                timers,
                InstantSource.system(),
                RANDOM,
                new ConnectionMetrics(meters),
                versions);
    }

    @Bean
    SessionFactory sessionFactory(
            SessionConnections connections,
            SessionStore sessions,
            CommandStore commands,
            ShardOwnership ownership,
            MediaStore mediaStore,
            EventPublisher events,
            ReceivedFiles received,
            MerpatiSettings settings,
            Backoff backoff,
            ObjectProvider<CommandTracing> tracing,
            MeterRegistry meters) {
        return new SessionFactory(
                connections,
                sessions,
                commands,
                ownership,
                new BudgetedMediaLoader(
                        mediaStore, (int) settings.media().budget().toBytes(), meters),
                events,
                received,
                received,
                settings.worker(),
                backoff,
                InstantSource.system(),
                new WorkMetrics(meters),
                tracing.getIfAvailable(() -> CommandTracing.NONE));
    }

    @Bean
    Shards shards(
            ShardOwnership ownership,
            SessionStore sessions,
            SessionFactory factory,
            Backoff backoff,
            MeterRegistry meters) {
        return new Shards(ownership, sessions, factory, backoff, meters);
    }

    @Bean
    MeterBinder shardMetrics(MerpatiSettings settings) {
        return meters -> Gauge.builder("merpati.worker.shards.configured", settings::shards)
                .description("Shards of this installation, each of which needs an owner")
                .register(meters);
    }

    @Bean
    ConsumerStatus consumerStatus() {
        return new ConsumerStatus(System::nanoTime);
    }

    @Bean
    Periodic ownershipHeartbeat(Shards shards, MerpatiSettings settings) {
        return new Periodic("ownership-heartbeat", settings.worker().ownershipHeartbeat(), shards::confirm);
    }

    @Bean
    Periodic deletionSweep(Shards shards, MerpatiSettings settings) {
        return new Periodic("deletion-sweep", settings.worker().deletionSweepInterval(), shards::reconcile);
    }

    @Bean
    Periodic mediaSweep(MediaStore mediaStore, MerpatiSettings settings) {
        MediaSweeper sweeper = new MediaSweeper(
                mediaStore,
                InstantSource.system(),
                settings.media(),
                settings.events().retention());
        return new Periodic("media-sweep", settings.media().sweepInterval(), sweeper::sweep);
    }

    @Bean
    PollHealthIndicator pollHealthIndicator(ConsumerStatus status, CommandConsumer consumer, MerpatiSettings settings) {
        return new PollHealthIndicator(
                status,
                consumer,
                settings.worker().handoverTimeout().plus(settings.worker().sessionTimeout()));
    }

    @Bean
    DrainEndpoint drainEndpoint(CommandConsumer consumer) {
        return new DrainEndpoint(consumer);
    }

    @Bean
    AssignmentHealthIndicator assignmentHealthIndicator(
            ConsumerStatus status, CommandConsumer consumer, Shards shards) {
        return new AssignmentHealthIndicator(status, consumer, shards);
    }
}
