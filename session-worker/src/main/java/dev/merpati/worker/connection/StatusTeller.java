package dev.merpati.worker.connection;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.Timers;
import dev.merpati.model.event.EventData;
import dev.merpati.model.qr.QrImage;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.event.EventsUnavailableException;
import dev.merpati.worker.event.SessionEvents;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.store.SessionStore;
import dev.merpati.worker.store.SessionView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one session's tenant how it stands, by events, in order and without blocking its callers. What came and went before
 * it could be told is skipped; what the tenant heard last is in the end how the session stands, whichever workers owned it
 * meanwhile and wherever they died: what was heard is noted in the session's record, and before each telling the note is
 * blotted out, so that nobody relies on it while it may be wrong. So a status can be told twice, by two owners.
 *
 * <p>A connection that is lost and is soon back is not told of at all. Thread-safe.
 */
final class StatusTeller {
    private static final Logger log = LoggerFactory.getLogger(StatusTeller.class);

    /** Note of what was heard when that is not known, or nothing was. */
    private static final String UNKNOWN = "";

    /** Of those that do not say that Kafka or Redis is away, and so may never pass. */
    private static final int MOST_UNEXPECTED_FAILURES = 5;

    private final UUID sessionId;
    private final ShardLease lease;
    private final SessionStore store;
    private final SessionEvents events;
    private final Duration troubleToldAfter;
    private final Duration leaseTrust;
    private final Timers timers;
    private final Backoff backoff;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable SessionView latest;
    /** Since when the session is without the connection that its tenant takes it to have; null while it has it. */
    private @Nullable Instant troubleSince;
    /** Null before the first view was shown. */
    private @Nullable String heard;

    private String noted = UNKNOWN;
    private @Nullable String attempted;
    private long changes;
    private SessionView.@Nullable QrCode toldCode;
    private boolean telling;
    private boolean closed;

    /**
     * @param troubleToldAfter how long a connected session may be without its connection before that is told
     * @param leaseTrust how long after its last confirmation the lease is taken for granted
     */
    StatusTeller(
            UUID sessionId,
            ShardLease lease,
            SessionStore store,
            SessionEvents events,
            Duration troubleToldAfter,
            Duration leaseTrust,
            Timers timers,
            Backoff backoff,
            InstantSource clock) {
        this.sessionId = sessionId;
        this.lease = lease;
        this.store = store;
        this.events = events;
        this.troubleToldAfter = troubleToldAfter;
        this.leaseTrust = leaseTrust;
        this.timers = timers;
        this.backoff = backoff;
        this.clock = clock;
    }

    /**
     * The session is shown like this from now on.
     *
     * @param note what its record says of what the tenant heard last
     */
    void shown(SessionView view, String note) {
        lock.lock();
        try {
            if (heard == null) {
                heard = note;
            }
            noted = note;
            latest = view;
            if (view.status() == SessionStatus.CONNECTED) {
                troubleSince = null;
            } else if (troubleSince == null) {
                troubleSince = clock.instant();
            }
            start();
        } finally {
            lock.unlock();
        }
    }

    /** Tells nothing more. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        lock.lock();
        try {
            if (!telling && !closed) {
                telling = true;
                timers.after(Duration.ZERO, () -> tell(0));
            }
        } finally {
            lock.unlock();
        }
    }

    private void tell(int failures) {
        for (Runnable step = next(); step != null; step = next()) {
            try {
                step.run();
            } catch (FencedException e) {
                close();
            } catch (RuntimeException e) {
                boolean outage = e instanceof EventsUnavailableException || e instanceof RedisUnavailableException;
                if (!outage && failures >= MOST_UNEXPECTED_FAILURES) {
                    log.error("The status of session {} cannot be told: {}", sessionId, e.toString());
                    giveUp();
                } else {
                    timers.after(backoff.after(failures + 1), () -> tell(failures + 1));
                }
                return;
            }
        }
    }

    /** Until there is another status to tell. */
    private void giveUp() {
        lock.lock();
        try {
            telling = false;
        } finally {
            lock.unlock();
        }
    }

    /** What is to be done next; null for nothing. */
    private @Nullable Runnable next() {
        lock.lock();
        try {
            SessionView view = latest;
            String before = heard;
            if (!closed && view != null && before != null) {
                String wanted = heardAs(view);
                if (!wanted.equals(before)) {
                    Duration left = patience(view, before);
                    if (!left.isPositive()) {
                        return noted.equals(UNKNOWN) ? () -> tellStatus(view, wanted) : () -> note(UNKNOWN);
                    }
                    timers.after(left, this::start);
                } else if (!noted.equals(before)) {
                    return () -> note(before);
                }
                SessionView.QrCode code = view.qrCode();
                if (code != null && !code.equals(toldCode) && code.expiresAt().isAfter(clock.instant())) {
                    return () -> tellCode(code);
                }
            }
            telling = false;
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** For how long nothing is told yet: the connection may be back before anybody has noticed. */
    private Duration patience(SessionView view, String before) {
        boolean passing = view.status() == SessionStatus.CONNECTING
                && view.passkey() == null
                && !SessionView.RECONNECT.equals(view.reason())
                && before.equals(SessionStatus.CONNECTED.wireName());
        Instant since = troubleSince;
        return passing && since != null
                ? Duration.between(clock.instant(), since.plus(troubleToldAfter))
                : Duration.ZERO;
    }

    private void tellStatus(SessionView view, String wanted) {
        lock.lock();
        try {
            heard = UNKNOWN; // Also when the event fails, since it may be stored all the same.
            if (!wanted.equals(attempted)) {
                attempted = wanted;
                changes++;
            }
        } finally {
            lock.unlock();
        }
        if (!lease.isFresh(leaseTrust)) {
            // This process may have been stopped since the note was blotted out, and another worker may have told
            // since.
            store.noteHeard(lease, sessionId, UNKNOWN);
        }
        events.status(
                lease.epoch() + "-" + changes,
                new EventData.Status(view.status().wireName(), view.reason(), view.until(), view.passkey()));
        lock.lock();
        try {
            heard = wanted;
            attempted = null;
        } finally {
            lock.unlock();
        }
    }

    private void tellCode(SessionView.QrCode code) {
        events.qr(code.text(), new EventData.Qr(QrImage.dataUrl(QrImage.png(code.text())), code.expiresAt()));
        lock.lock();
        try {
            toldCode = code;
        } finally {
            lock.unlock();
        }
    }

    private void note(String status) {
        store.noteHeard(lease, sessionId, status);
        lock.lock();
        try {
            noted = status;
        } finally {
            lock.unlock();
        }
    }

    /** What of a view makes it another one for tenants. Why a session connects is told, but is no news by itself. */
    private static String heardAs(SessionView view) {
        String status = view.status().wireName();
        return switch (view.status()) {
            case CONNECTED, QR -> status;
            case CONNECTING ->
                view.passkey() == null
                        ? status
                        : status + " " + view.reason() + " " + view.passkey().expiresAt();
            case DISCONNECTED -> status + " " + view.reason() + (view.until() == null ? "" : " " + view.until());
        };
    }
}
