package dev.merpati.worker.session;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.command.MediaReference;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.connection.ConnectionMetrics;
import dev.merpati.worker.connection.LoginPacer;
import dev.merpati.worker.connection.SessionConnection;
import dev.merpati.worker.connection.SessionConnections;
import dev.merpati.worker.event.MemoryEvents;
import dev.merpati.worker.event.PatientPublisher;
import dev.merpati.worker.event.SessionEvents;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.media.LoadedMedia;
import dev.merpati.worker.media.MediaFetcher;
import dev.merpati.worker.media.MediaLoader;
import dev.merpati.worker.media.TestMedia;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.settings.TestSettings;
import dev.merpati.worker.timing.ManualTimers;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.FakeWhatsApp;
import dev.merpati.worker.whatsapp.ReceivedReference;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One session with a fake WhatsApp, a Redis in memory and a clock that the test moves. */
public final class SessionFixture {
    public final ManualTimers timers = new ManualTimers();
    public final MemoryStore store = new MemoryStore(timers::nanoTime);
    public final FakeWhatsApp whatsApp = new FakeWhatsApp();
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final UUID id = UUID.randomUUID();
    public final ShardLease lease = TestLeases.lease(0, timers::nanoTime);
    final CountingMedia media = new CountingMedia();
    public final MemoryEvents events = new MemoryEvents();
    final RecordingFetcher received = new RecordingFetcher();
    public final ClientVersions versions = new ClientVersions(new ClientVersion(2, 3000, 1));
    final SessionConnections connections;
    public final SessionFactory factory;
    private final Backoff backoff;

    public SessionFixture(String... properties) {
        MerpatiSettings settings = TestSettings.with(properties);
        Random random = new Random(1);
        connections = new SessionConnections(
                whatsApp,
                "Merpati",
                store,
                store,
                store.credentialsStore(),
                store,
                new LoginPacer(10_000, 1_000, timers, timers),
                settings.worker(),
                timers,
                timers,
                random,
                new ConnectionMetrics(meters),
                versions);
        backoff = new Backoff(
                settings.worker().commands().initialBackoff(),
                settings.worker().commands().maxBackoff(),
                random);
        factory = new SessionFactory(
                connections,
                store,
                store,
                store,
                media,
                events,
                events,
                received,
                settings.worker(),
                backoff,
                timers,
                new WorkMetrics(meters),
                CommandTracing.NONE);
        store.records.put(id, record(SessionStatus.CONNECTING, null));
    }

    public SessionConnection connection() {
        StopSignal stop = new StopSignal();
        return connections.create(
                id,
                lease,
                stop,
                new SessionEvents(id, lease, events, new PatientPublisher(events, backoff, stop), events, timers));
    }

    Session session() {
        return factory.create(id, lease, () -> {});
    }

    public SessionRecord record(SessionStatus status, @Nullable Disconnection disconnection) {
        return record(status, disconnection, null);
    }

    public SessionRecord record(SessionStatus status, @Nullable Disconnection disconnection, @Nullable Instant until) {
        return new SessionRecord(
                id, "tenant", "name", timers.instant(), status, null, disconnection, until, null, null, false, false);
    }

    /** Of a connected session whose account may begin no new chats until then. */
    public SessionRecord restrictedRecord(Instant until) {
        return new SessionRecord(
                id,
                "tenant",
                "name",
                timers.instant(),
                SessionStatus.CONNECTED,
                null,
                null,
                null,
                null,
                until,
                false,
                false);
    }

    CommandEnvelope envelope(String commandId, Command command, Duration life) {
        return new CommandEnvelope(
                commandId,
                "tenant",
                id,
                "gateway",
                "request",
                timers.instant(),
                timers.instant().plus(life),
                command);
    }

    /** A command and whether it is finished. */
    record Offered(CommandTask task, AtomicBoolean finished) {
        String id() {
            return task.envelope().commandId();
        }
    }

    Offered command(String commandId, Command command, Duration life) {
        AtomicBoolean finished = new AtomicBoolean();
        return new Offered(
                new CommandTask(envelope(commandId, command, life), null, () -> finished.set(true)), finished);
    }

    /** Received files that come when a test says so. */
    static final class RecordingFetcher implements MediaFetcher {
        final Map<String, CompletableFuture<Outcome>> fetched = new ConcurrentHashMap<>();
        final Map<String, ReceivedReference> references = new ConcurrentHashMap<>();
        /** What comes of files that are fetched from another place. */
        final Map<String, CompletableFuture<Outcome>> fetchedAgain = new ConcurrentHashMap<>();

        final List<UUID> forgotten = new CopyOnWriteArrayList<>();

        @Override
        public CompletableFuture<Outcome> fetch(UUID sessionId, String mediaId) {
            return fetched.computeIfAbsent(mediaId, _ -> new CompletableFuture<>());
        }

        @Override
        public @Nullable ReceivedReference find(UUID sessionId, String mediaId) {
            return references.get(mediaId);
        }

        @Override
        public CompletableFuture<Outcome> fetchFrom(
                ShardLease lease, UUID sessionId, String mediaId, ReceivedReference file) {
            references.put(mediaId, file);
            return fetchedAgain.computeIfAbsent(mediaId, _ -> new CompletableFuture<>());
        }

        @Override
        public void forget(UUID sessionId) {
            forgotten.add(sessionId);
        }
    }

    /** Files of one byte, and how many of them are in memory. */
    static final class CountingMedia implements MediaLoader {
        final AtomicInteger loads = new AtomicInteger();
        final AtomicInteger inMemory = new AtomicInteger();
        /** How many loads fail from now on, as they do while the media store is away. */
        final AtomicInteger failures = new AtomicInteger();

        final AtomicInteger deletions = new AtomicInteger();

        @Override
        public @Nullable LoadedMedia load(MediaReference media, Turn turn, Duration patience, Duration timeout) {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw TestMedia.storeUnavailable();
            }
            loads.incrementAndGet();
            inMemory.incrementAndGet();
            return TestMedia.loaded(new byte[] {1}, inMemory::decrementAndGet);
        }

        @Override
        public void delete(MediaReference media) {
            deletions.incrementAndGet();
        }
    }
}
