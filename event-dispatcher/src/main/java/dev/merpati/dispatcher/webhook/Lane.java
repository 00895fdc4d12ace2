package dev.merpati.dispatcher.webhook;

import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way of events to a webhook: the live ones, or those of a replay. Picks the next event to send, sessions beside each other, one at
 * a time within a session, in order.
 *
 * <p>All up to the {@link #position()} is delivered, given up or not wanted, or belongs to a session that lags: one of whose events
 * failed, or that has so many that others would wait for it. A lagging session goes on by its own index, and joins the rest when
 * it has caught up. Position and lagging sessions together are all there is to remember. Not thread-safe; its reads block.
 */
final class Lane {
    /** What is read at once for a session that lags. */
    private static final EventSource.Bounds SESSION_PAGE = new EventSource.Bounds(16, 64 * 1_024);

    private static final int PAGE_BYTES = 256 * 1_024;
    private static final int MAX_PAGE = 128;
    /** Until it is looked again whether the reading has come as far as a session. */
    private static final long AHEAD_PAUSE = 1_000;

    private final EventSource source;
    private final Predicate<StoredEvent> wanted;
    private final @Nullable EventId end;
    private final int crowd;
    private final Window window;
    private final Map<UUID, LaggingSession> lagging = new HashMap<>();
    private final TreeSet<LaggingSession> turns = new TreeSet<>(LaggingSession.BY_TURN);
    private Set<UUID> changed = new HashSet<>();
    private List<EventId> dead = new ArrayList<>();
    private List<Gone> gone = new ArrayList<>();
    private long expired;
    private boolean atEnd;

    /** An event that was due when it was no longer kept. */
    record Gone(UUID sessionId, EventId event) {}

    /** @param end the last event, included; null for a lane that never ends */
    Lane(
            EventSource source,
            Window window,
            Map<UUID, Pointer> behind,
            Predicate<StoredEvent> wanted,
            @Nullable EventId end,
            int crowd) {
        this.source = source;
        this.window = window;
        this.wanted = wanted;
        this.end = end;
        this.crowd = crowd;
        behind.forEach((sessionId, pointer) -> {
            LaggingSession session = new LaggingSession(sessionId, pointer);
            lagging.put(sessionId, session);
            turns.add(session);
        });
    }

    Position position() {
        return window.position();
    }

    /** Whether everything there is was delivered or given up. */
    boolean isDone() {
        return atEnd && window.isEmpty() && lagging.isEmpty();
    }

    int laggingSessions() {
        return lagging.size();
    }

    /** The sessions that lag and where they are. */
    Map<UUID, Pointer> behind() {
        Map<UUID, Pointer> all = new HashMap<>();
        lagging.forEach((sessionId, session) -> all.put(sessionId, session.pointer()));
        return all;
    }

    /** When the next session that lags has its turn, in ms since 1970; the greatest number when none has. */
    long nextTurn() {
        return turns.isEmpty() ? Long.MAX_VALUE : turns.first().pointer().nextAttempt();
    }

    /** Takes events that were just appended, as long as they follow on what is in memory; the others will be read. */
    void appended(List<StoredEvent> events, boolean take) {
        for (StoredEvent event : events) {
            if (event.id().compareTo(window.tail().id()) > 0) {
                atEnd = atEnd && take && window.isNext(event) && offer(event);
            }
        }
    }

    /** There may be events that nobody told of. */
    void lookAgain() {
        atEnd = false;
    }

    /** Picks an event to send; null when there is none now. Reads what it needs. */
    @Nullable
    Delivery next(long now, boolean laggingFirst, int parallel) {
        if (laggingFirst) {
            Delivery delivery = nextLagging(now);
            return delivery != null ? delivery : nextInWindow(parallel);
        }
        Delivery delivery = nextInWindow(parallel);
        return delivery != null ? delivery : nextLagging(now);
    }

    private @Nullable Delivery nextInWindow(int parallel) {
        while (true) {
            StoredEvent event = window.next();
            if (event == null) {
                if (!fill(parallel)) {
                    return null;
                }
            } else if (wanted.test(event)) {
                return new Delivery(event, this, null);
            } else {
                window.finish(event.sessionId(), false);
            }
        }
    }

    /** Makes more events ready; returns whether there may be one. */
    private boolean fill(int parallel) {
        if (window.isFull()) {
            UUID crowded = window.crowdedSession(crowd);
            return crowded != null && setAside(crowded) && !window.isFull();
        }
        if (atEnd) {
            return false;
        }
        Position before = window.tail();
        int most = Math.clamp(parallel * 4L, 8, MAX_PAGE);
        Page page = source.after(before.id(), end, new EventSource.Bounds(most, PAGE_BYTES));
        boolean all = true;
        for (StoredEvent event : page.events()) {
            countExpired(event);
            if (!offer(event)) {
                all = false;
                break;
            }
        }
        if (all && page.scanned() != null) {
            window.passTo(page.scanned());
        }
        atEnd = all && !page.more();
        return !window.tail().equals(before);
    }

    /** Events that were removed before they were delivered show as a gap in the numbers. */
    private void countExpired(StoredEvent event) {
        long number = window.tail().number();
        if (end == null && number != Position.UNKNOWN && event.number() > number + 1) {
            expired += event.number() - number - 1;
        }
    }

    private boolean offer(StoredEvent event) {
        if (lagging.containsKey(event.sessionId()) || !wanted.test(event)) {
            window.pass(event);
            return true;
        }
        return window.add(event);
    }

    /** Lets a session with many waiting events lag, so that others need not wait until it has sent them. */
    private boolean setAside(UUID sessionId) {
        boolean busy = window.isUnderWay(sessionId);
        EventId first = window.dropWaiting(sessionId);
        if (first == null) {
            return false;
        }
        LaggingSession session = new LaggingSession(sessionId, Pointer.at(first));
        session.setBusy(busy);
        lagging.put(sessionId, session);
        changed.add(sessionId);
        if (!busy) {
            turns.add(session);
        }
        return true;
    }

    private @Nullable Delivery nextLagging(long now) {
        while (!turns.isEmpty() && turns.first().pointer().nextAttempt() <= now) {
            LaggingSession session = turns.first();
            StoredEvent event = nextOf(session, now);
            if (event != null) {
                turns.remove(session);
                session.setBusy(true);
                return new Delivery(event, this, session);
            }
        }
        return null;
    }

    /** Returns the session's next event; null when it has caught up or must wait, which takes its turn. */
    private @Nullable StoredEvent nextOf(LaggingSession session, long now) {
        while (true) {
            StoredEvent event = session.page().peekFirst();
            if (event == null) {
                if (!read(session, now)) {
                    return null;
                }
            } else if (wanted.test(event)) {
                return event;
            } else {
                move(session, Pointer.after(event.id()));
                session.page().removeFirst();
            }
        }
    }

    /** Reads more of a session; returns false when there is nothing to send now. */
    private boolean read(LaggingSession session, long now) {
        Pointer pointer = session.pointer();
        EventId tail = window.tail().id();
        if (pointer.delivered() && pointer.event().compareTo(tail) > 0) {
            move(session, pointer.dueAt(now + AHEAD_PAUSE));
            return false;
        }
        EventId to = pointer.event().compareTo(tail) > 0 ? pointer.event() : tail;
        Page page = source.ofSession(session.sessionId(), pointer.event(), !pointer.delivered(), to, SESSION_PAGE);
        if (page.events().isEmpty() && isLost(tail)) {
            move(session, pointer.dueAt(now + AHEAD_PAUSE));
            return false;
        }
        boolean isGone = !pointer.delivered()
                && (page.events().isEmpty() || !page.events().getFirst().id().equals(pointer.event()));
        if (isGone) {
            gone.add(new Gone(session.sessionId(), pointer.event()));
            dead.add(pointer.event());
        }
        if (!page.events().isEmpty()) {
            if (isGone || pointer.delivered()) {
                move(session, Pointer.at(page.events().getFirst().id()));
            }
            session.page().addAll(page.events());
            return true;
        }
        if (page.more() && page.scanned() != null) {
            move(session, Pointer.after(page.scanned()));
            return true;
        }
        if (isGone) {
            move(session, Pointer.after(pointer.event()));
            return true; // Looks once more, up to the tail.
        }
        turns.remove(session);
        lagging.remove(session.sessionId());
        changed.add(session.sessionId());
        return false;
    }

    /**
     * Whether there was an event that is not known any more: Redis has lost its last writes, and until they are made again an event
     * that is not found may come back under its id.
     */
    private boolean isLost(EventId event) {
        EventId youngest = source.youngest();
        return youngest == null || youngest.compareTo(event) < 0;
    }

    private void move(LaggingSession session, Pointer pointer) {
        boolean hasTurn = turns.remove(session);
        session.moveTo(pointer);
        changed.add(session.sessionId());
        if (hasTurn) {
            turns.add(session);
        }
    }

    /** The event is through: delivered, or given up. */
    void finished(Delivery delivery, boolean delivered) {
        UUID sessionId = delivery.event().sessionId();
        if (!delivered) {
            dead.add(delivery.event().id());
        }
        LaggingSession session = delivery.lagging();
        if (session == null) {
            window.finish(sessionId, delivered);
            release(lagging.get(sessionId));
            return;
        }
        session.page().pollFirst();
        StoredEvent next = session.page().peekFirst();
        move(session, next == null ? Pointer.after(delivery.event().id()) : Pointer.at(next.id()));
        release(session);
    }

    /** The event failed: its session waits for it and lets the others pass. */
    void failed(Delivery delivery, int attempts, long firstAttempt, long nextAttempt) {
        Pointer pointer = new Pointer(delivery.event().id(), false, attempts, firstAttempt, nextAttempt);
        LaggingSession session = delivery.lagging();
        if (session == null) {
            UUID sessionId = delivery.event().sessionId();
            window.dropWaiting(sessionId);
            window.finish(sessionId, false);
            session = lagging.computeIfAbsent(sessionId, id -> new LaggingSession(id, pointer));
        }
        session.page().clear();
        session.moveTo(pointer);
        changed.add(session.sessionId());
        release(session);
    }

    private void release(@Nullable LaggingSession session) {
        if (session != null) {
            session.setBusy(false);
            turns.add(session);
        }
    }

    /** All sessions that wait for another attempt have it now: the endpoint is back. */
    void retryAll() {
        turns.clear();
        for (LaggingSession session : lagging.values()) {
            session.moveTo(session.pointer().dueAt(0));
            if (!session.isBusy()) {
                turns.add(session);
            }
        }
    }

    /** Frees the memory while nothing is under way. What is dropped will be read again. */
    void free() {
        if (!window.isEmpty()) {
            window.drop();
            atEnd = false;
        }
        lagging.values().forEach(session -> session.page().clear());
    }

    /** Returns and forgets what changed: where sessions that lag are, null for those that have caught up. */
    Map<UUID, @Nullable Pointer> takeChanges() {
        Map<UUID, @Nullable Pointer> changes = new HashMap<>();
        for (UUID sessionId : changed) {
            LaggingSession session = lagging.get(sessionId);
            changes.put(sessionId, session == null ? null : session.pointer());
        }
        changed = new HashSet<>();
        return changes;
    }

    /** Returns and forgets the events that were given up. */
    List<EventId> takeDead() {
        List<EventId> all = dead;
        dead = new ArrayList<>();
        return all;
    }

    /** Returns and forgets the events that failed, and were no longer kept when they were to be tried again. */
    List<Gone> takeGone() {
        List<Gone> all = gone;
        gone = new ArrayList<>();
        return all;
    }

    /** Returns and forgets how many events were removed before anybody looked at them. */
    long takeExpired() {
        long all = expired;
        expired = 0;
        return all;
    }
}
