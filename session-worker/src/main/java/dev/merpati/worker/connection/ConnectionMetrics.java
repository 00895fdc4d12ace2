package dev.merpati.worker.connection;

import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.whatsapp.CloseReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts sessions by status, their connections by phase and by why the one before ended, and the ends themselves. Every label
 * has a fixed set of values. Thread-safe.
 */
public final class ConnectionMetrics {
    /** The last end of a session that has had none in this worker. */
    static final String NO_END = "none";

    private static final Set<CloseReason> RECONNECTED = EnumSet.of(
            CloseReason.CLOSED,
            CloseReason.NETWORK,
            CloseReason.UNAVAILABLE,
            CloseReason.LOGIN_TIMEOUT,
            CloseReason.REPLACED,
            CloseReason.RATE_LIMITED,
            CloseReason.RESTRICTED,
            CloseReason.CLIENT_OUTDATED);

    private static final List<String> MESSAGE_KINDS =
            List.of("text", "media", "reaction", "edit", "revoke", "location", "contact", "poll", "unsupported");

    private final MeterRegistry meters;
    private final Map<SessionStatus, AtomicInteger> sessions = new EnumMap<>(SessionStatus.class);
    private final Map<Place, AtomicInteger> connections = new ConcurrentHashMap<>();

    /** Of the ends that are none of a {@link CloseReason}. */
    static final String NOT_OPENED = "not_opened";

    static final String NOT_SCANNED = "not_scanned";

    public ConnectionMetrics(MeterRegistry meters) {
        this.meters = meters;
        // From the start, or a rate would miss the first of each kind.
        for (CloseReason reason : CloseReason.values()) {
            endings(reason.name().toLowerCase(Locale.ROOT));
        }
        for (CloseReason reason : RECONNECTED) {
            reconnects(reason.name().toLowerCase(Locale.ROOT));
        }
        reconnects(NOT_OPENED);
        endings(NOT_OPENED);
        endings(NOT_SCANNED);
        endings(Disconnection.CREDENTIALS_LOST.wireName());
        endings(Disconnection.CREDENTIALS_UNREADABLE.wireName());
        MESSAGE_KINDS.forEach(this::messages);
        for (SessionStatus status : SessionStatus.values()) {
            AtomicInteger count = new AtomicInteger();
            sessions.put(status, count);
            Gauge.builder("merpati.worker.sessions", count, AtomicInteger::get)
                    .description("Sessions of this worker by status")
                    .tag("status", status.wireName())
                    .register(meters);
        }
    }

    /**
     * Where a session's connection is, for the gauges.
     *
     * @param lastEnd one of a fixed set
     */
    record Place(ConnectionPhase phase, String lastEnd) {}

    /** A session's connection went from one place to another; null before its first one. */
    void moved(@Nullable Place from, Place to) {
        if (from != null) {
            count(from, -1);
        }
        count(to, 1);
    }

    private void count(Place place, int more) {
        SessionStatus status = place.phase().countsAs();
        if (status != null) {
            Objects.requireNonNull(sessions.get(status)).addAndGet(more);
            connections.computeIfAbsent(place, this::register).addAndGet(more);
        }
    }

    private AtomicInteger register(Place place) {
        AtomicInteger count = new AtomicInteger();
        Gauge.builder("merpati.worker.connections", count, AtomicInteger::get)
                .description("Sessions of this worker by where their connection is, and by why the one before ended")
                .tag("phase", place.phase().name().toLowerCase(Locale.ROOT))
                .tag("last_end", place.lastEnd())
                .register(meters);
        return count;
    }

    /** @param reason one of a fixed set */
    void ended(String reason) {
        endings(reason).increment();
    }

    private Counter endings(String reason) {
        return Counter.builder("merpati.worker.connections.ended")
                .description("Connections, and tries to connect, that ended, by why")
                .tag("reason", reason)
                .register(meters);
    }

    /** @param reason one of a fixed set */
    void reconnecting(String reason) {
        reconnects(reason).increment();
    }

    /** @param kind one of a fixed set */
    void received(String kind) {
        messages(kind).increment();
    }

    private Counter messages(String kind) {
        return Counter.builder("merpati.worker.messages.received")
                .description("Messages that were received, decrypted and acknowledged, by their kind")
                .tag("kind", kind)
                .register(meters);
    }

    private Counter reconnects(String reason) {
        return Counter.builder("merpati.worker.session.reconnects")
                .description("Connections that are opened again, by why the one before ended")
                .tag("reason", reason)
                .register(meters);
    }
}
