package dev.merpati.worker.session;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.event.Event;
import dev.merpati.worker.connection.SessionConnection;
import dev.merpati.worker.connection.SessionConnections;
import dev.merpati.worker.event.EventPublisher;
import dev.merpati.worker.event.OutcomeEvents;
import dev.merpati.worker.event.PatientPublisher;
import dev.merpati.worker.event.SessionEvents;
import dev.merpati.worker.fencing.FencedRetry;
import dev.merpati.worker.fencing.LeaseCheck;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.media.MediaFetcher;
import dev.merpati.worker.media.MediaLoader;
import dev.merpati.worker.media.ReceivedMedia;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.store.CommandStore;
import dev.merpati.worker.store.SessionStore;
import java.time.InstantSource;
import java.util.UUID;

/** Assembles the sessions of a worker, and what answers in their stead when there is no room. Thread-safe. */
public final class SessionFactory {
    private final SessionConnections connections;
    private final SessionStore sessions;
    private final CommandStore commands;
    private final LeaseCheck leases;
    private final MediaLoader media;
    private final EventPublisher events;
    private final ReceivedMedia files;
    private final MediaFetcher received;
    private final WorkerSettings settings;
    private final Backoff backoff;
    private final InstantSource clock;
    private final WorkMetrics metrics;
    private final CommandTracing tracing;
    private final WhatsAppNumbers numbers;
    private final RecentOutcomes recentOutcomes;

    /** @param backoff between tries of a send, and of what must be done in Redis */
    public SessionFactory(
            SessionConnections connections,
            SessionStore sessions,
            CommandStore commands,
            LeaseCheck leases,
            MediaLoader media,
            EventPublisher events,
            ReceivedMedia files,
            MediaFetcher received,
            WorkerSettings settings,
            Backoff backoff,
            InstantSource clock,
            WorkMetrics metrics,
            CommandTracing tracing) {
        this.connections = connections;
        this.sessions = sessions;
        this.commands = commands;
        this.leases = leases;
        this.media = media;
        this.events = events;
        this.files = files;
        this.received = received;
        this.settings = settings;
        this.backoff = backoff;
        this.clock = clock;
        this.metrics = metrics;
        this.tracing = tracing;
        this.numbers = new WhatsAppNumbers(settings.commands());
        this.recentOutcomes = new RecentOutcomes(clock);
    }

    /**
     * A session that has not been loaded yet.
     *
     * @param whenIdle runs when no command is left, on the thread that ran the last one
     */
    public Session create(UUID id, ShardLease lease, Runnable whenIdle) {
        StopSignal stop = new StopSignal();
        FencedRetry retry = new FencedRetry(backoff, stop);
        SessionEvents told =
                new SessionEvents(id, lease, events, new PatientPublisher(events, backoff, stop), files, clock);
        CommandJournal journal = journal(lease, retry, told::outcome);
        SessionConnection connection = connections.create(id, lease, stop, told);
        return new Session(
                id,
                lease,
                stop,
                connection,
                new SendMessageTask(connection, lease, leases, journal, numbers, media, settings, backoff, clock),
                new NumberCheckTask(connection, numbers, settings.commands().checkTimeout(), backoff, clock),
                new PairingTask(connection, clock),
                new FetchMediaTask(received, connection, lease, journal, stop, clock),
                received,
                journal,
                busyResponder(journal),
                sessions,
                told,
                retry,
                settings,
                tracing,
                whenIdle);
    }

    /** @param stop ends what is not answered yet: it is left to the shard's next owner */
    public BusyResponder busyResponder(ShardLease lease, StopSignal stop) {
        PatientPublisher patient = new PatientPublisher(events, backoff, stop);
        return busyResponder(journal(lease, new FencedRetry(backoff, stop), (envelope, outcome, published) -> {
            Event event = OutcomeEvents.of(envelope, outcome, clock.instant());
            if (event == null) {
                published.run();
            } else {
                patient.publish(event, published);
            }
        }));
    }

    private BusyResponder busyResponder(CommandJournal journal) {
        return new BusyResponder(journal, settings.commands().refusableFor(), clock, metrics);
    }

    private CommandJournal journal(ShardLease lease, FencedRetry retry, CommandJournal.Teller teller) {
        return new CommandJournal(lease, commands, recentOutcomes, media, metrics, clock, retry, teller);
    }
}
