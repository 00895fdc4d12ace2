package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.command.MediaReference;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.command.CommandTask;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.media.LoadedMedia;
import dev.merpati.worker.media.MediaLoader;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.settings.TestSettings;
import dev.merpati.worker.timing.ManualTimers;
import dev.merpati.worker.timing.StopSignal;
import dev.merpati.worker.whatsapp.FakeWhatsApp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One session with a fake WhatsApp, a Redis in memory and a clock that the test moves. */
final class SessionFixture {
    final ManualTimers timers = new ManualTimers();
    final MemoryStore store = new MemoryStore(timers::nanoTime);
    final FakeWhatsApp whatsApp = new FakeWhatsApp();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final UUID id = UUID.randomUUID();
    final ShardLease lease = TestLeases.lease(0, timers::nanoTime);
    final SessionServices services;

    SessionFixture(String... properties) {
        MerpatiSettings settings = TestSettings.with(properties);
        services = new SessionServices(
                settings,
                whatsApp,
                store,
                store,
                store.credentialsStore(),
                store,
                new NoMedia(),
                new RegisteredNumbers(settings.worker().commands()),
                new RecentOutcomes(timers),
                login -> login.accept(() -> {}),
                timers,
                timers,
                new Random(1),
                new SessionMetrics(meters));
        store.records.put(id, record(SessionStatus.CONNECTING, null));
    }

    SessionLink link() {
        return new SessionLink(id, lease, services, new StopSignal(), () -> {});
    }

    Session session() {
        return new Session(id, lease, services, () -> {});
    }

    SessionRecord record(SessionStatus status, @Nullable Disconnection failure) {
        return new SessionRecord(id, "tenant", "name", timers.instant(), status, null, failure, false);
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
        return new Offered(new CommandTask(envelope(commandId, command, life), () -> finished.set(true)), finished);
    }

    private static final class NoMedia implements MediaLoader {
        @Override
        public @Nullable LoadedMedia load(MediaReference media, Turn turn, Duration patience, Duration timeout) {
            return null;
        }

        @Override
        public void delete(MediaReference media) {}
    }
}
