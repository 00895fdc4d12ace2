package dev.merpati.worker.event;

import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventType;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.media.ReceivedMedia;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import dev.merpati.worker.whatsapp.ReceivedReference;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the events of one session, for as long as this worker owns it, and none after {@link #end}. Events of one kind
 * are kept in their order; what a message says and what becomes of another are not ordered among each other. Remembers
 * nothing of what was published. Thread-safe.
 */
public final class SessionEvents {
    private static final EventData.Status GONE =
            new EventData.Status(SessionStatus.DISCONNECTED.wireName(), "deleted", null, null);

    private final UUID sessionId;
    private final ShardLease lease;
    private final EventPublisher events;
    private final PatientPublisher patient;
    private final ReceivedMedia files;
    private final InstantSource clock;
    /** Read-locked while an event is on its way, so that none comes after the last one. */
    private final ReentrantReadWriteLock way = new ReentrantReadWriteLock();

    private volatile @Nullable String tenantId;
    private boolean ended;

    /** @param patient publishes what has no other who tries again */
    public SessionEvents(
            UUID sessionId,
            ShardLease lease,
            EventPublisher events,
            PatientPublisher patient,
            ReceivedMedia files,
            InstantSource clock) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.events = events;
        this.patient = patient;
        this.files = files;
        this.clock = clock;
    }

    /** Says whose session it is; until then nothing can be published. */
    public void begin(String tenant) {
        tenantId = tenant;
    }

    /**
     * Publishes a received message, and returns when it is stored.
     *
     * @throws RuntimeException when it is not: it has to come again
     */
    public void message(IncomingMessage message) {
        onTheWay(tenant -> {
            if (!(message.content() instanceof IncomingContent.Media file)) {
                events.publishAndWait(MessageEvents.of(tenant, sessionId, message, null));
                return;
            }
            String mediaId = ReceivedMedia.idOf(sessionId, MessageEvents.key(sessionId, message));
            // First, since whoever reads the event may ask for the file at once. What comes of it is the same either
            // way.
            boolean _ = files.remember(
                    lease, sessionId, mediaId, new ReceivedReference(message.id(), message.origin(), file));
            events.publishAndWait(MessageEvents.of(tenant, sessionId, message, media(mediaId, file)));
            files.published(lease, sessionId, mediaId);
        });
    }

    private static EventData.Media media(String id, IncomingContent.Media file) {
        return new EventData.Media(
                id,
                MessageEvents.name(file.mimeType()),
                file.length(),
                MessageEvents.name(file.fileName()),
                HexFormat.of().formatHex(file.sha256()),
                file.seconds() > 0 ? file.seconds() : null,
                file.viewOnce());
    }

    /**
     * Publishes what a receipt says of each message that it names, and returns when all of that is stored.
     *
     * @throws RuntimeException when it is not: the receipt has to come again
     */
    public void receipt(IncomingReceipt receipt) {
        onTheWay(tenant -> {
            List<CompletableFuture<Void>> published = MessageEvents.of(tenant, sessionId, receipt).stream()
                    .map(events::publish)
                    .toList();
            published.forEach(EventPublisher::await);
        });
    }

    /**
     * Publishes how a command ended, if that is news to a tenant. Returns soon.
     *
     * @param published runs once when it is stored, or there is nothing to store; never when the session moves before
     */
    public void outcome(CommandEnvelope envelope, Outcome outcome, Runnable published) {
        way.readLock().lock();
        try {
            Event event = ended || isOfNoSession(outcome) ? null : OutcomeEvents.of(envelope, outcome, clock.instant());
            if (event != null) {
                patient.publish(event, published);
                return;
            }
        } finally {
            way.readLock().unlock();
        }
        published.run();
    }

    /** Whether there is no such session any more: its tenant has heard of its end. */
    private boolean isOfNoSession(Outcome outcome) {
        return tenantId == null
                && outcome instanceof Outcome.Failed failed
                && failed.code() == FailureCode.SESSION_DELETED;
    }

    /**
     * Publishes the session's status, and returns when it is stored.
     *
     * @param change tells it from all other changes of the session; the same when it is published again
     * @throws RuntimeException when it is not
     */
    public void status(String change, EventData.Status status) {
        publish(EventNames.key(EventType.SESSION_STATUS, sessionId, change), status);
    }

    /**
     * Publishes a code to scan, and returns when it is stored.
     *
     * @param text what the code says, which tells it from others
     * @throws RuntimeException when it is not
     */
    public void qr(String text, EventData.Qr qr) {
        publish(EventNames.key(EventType.SESSION_QR, sessionId, text), qr);
    }

    private void publish(String key, EventData data) {
        Instant at = clock.instant();
        onTheWay(tenant -> events.publishAndWait(Event.of(key, tenant, sessionId, at, data)));
    }

    /**
     * Publishes that the session is gone, as its last event, when those before it are on their way no more.
     *
     * @return false when the session moves before that
     */
    public boolean end() {
        way.writeLock().lock();
        try {
            ended = true;
            String tenant = tenantId;
            if (tenant == null) {
                return true; // Nobody has heard of it.
            }
            String key = EventNames.key(EventType.SESSION_STATUS, sessionId, "end");
            return patient.publishAndWait(Event.of(key, tenant, sessionId, clock.instant(), GONE));
        } finally {
            way.writeLock().unlock();
        }
    }

    private interface Step {
        void run(String tenant);
    }

    private void onTheWay(Step step) {
        way.readLock().lock();
        try {
            String tenant = tenantId;
            if (ended || tenant == null) {
                throw new EventsUnavailableException("the session is gone");
            }
            step.run(tenant);
        } finally {
            way.readLock().unlock();
        }
    }
}
