package dev.merpati.worker.connection;

import dev.merpati.clients.timing.Timers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Limits login rate and concurrency, first in, first out, so that a worker that takes many shards is no stampede.
 * Thread-safe; never blocks.
 *
 * <p>Each lane has limits of its own, so that a person who wants to scan a code does not wait for a cold start. A login
 * that nobody wants any more takes no part of the rate. One that takes longer than {@link #PATIENCE}, since WhatsApp
 * says nothing, goes on, but no longer counts as under way.
 */
public final class LoginPacer implements MeterBinder {
    /** Many times what a login takes. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** What a login is for. */
    enum Lane {
        PAIRING,
        RESUMING
    }

    /** The right to be logging in. Released once; again does nothing. */
    interface Permit {
        void release();
    }

    private record Login(BooleanSupplier stillWanted, Consumer<Permit> action) {}

    private final Duration interval;
    private final int maxConcurrent;
    private final Timers timers;
    private final InstantSource clock;
    private final Line pairings = new Line();
    private final Line resumptions = new Line();

    /** The limits are those of each lane. */
    public LoginPacer(int perSecond, int maxConcurrent, Timers timers, InstantSource clock) {
        this.interval = Duration.ofSeconds(1).dividedBy(perSecond);
        this.maxConcurrent = maxConcurrent;
        this.timers = timers;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        bind(meters, Lane.PAIRING, pairings);
        bind(meters, Lane.RESUMING, resumptions);
    }

    private static void bind(MeterRegistry meters, Lane lane, Line line) {
        String label = lane.name().toLowerCase(Locale.ROOT);
        Gauge.builder("merpati.worker.logins.waiting", line, Line::waiting)
                .description("Logins that wait for their turn")
                .tag("lane", label)
                .register(meters);
        Gauge.builder("merpati.worker.logins.active", line.underWay, AtomicInteger::get)
                .description("Logins that are under way")
                .tag("lane", label)
                .register(meters);
    }

    /**
     * Runs the login when its turn has come, on a thread that may block. It must release its permit when it is over.
     *
     * @param stillWanted asked when its turn has come, on any thread; must not block for long
     */
    void admit(Lane lane, BooleanSupplier stillWanted, Consumer<Permit> action) {
        Line line = switch (lane) {
            case PAIRING -> pairings;
            case RESUMING -> resumptions;
        };
        line.add(new Login(stillWanted, action));
        line.admitNext();
    }

    private final class Line {
        private final Queue<Login> waiting = new ArrayDeque<>();
        private final AtomicInteger underWay = new AtomicInteger();
        private Instant nextAt = Instant.MIN;
        private boolean timed;

        synchronized void add(Login login) {
            waiting.add(login);
        }

        private synchronized int waiting() {
            return waiting.size();
        }

        private void admitNext() {
            for (Login next = take(); next != null; next = take()) {
                Login login = next;
                if (login.stillWanted().getAsBoolean()) {
                    begin(login);
                } else {
                    giveBack();
                }
            }
        }

        /** Returns the next login when it may begin now. */
        private synchronized @Nullable Login take() {
            if (waiting.isEmpty() || timed || underWay.get() >= maxConcurrent) {
                return null;
            }
            Instant now = clock.instant();
            if (now.isBefore(nextAt)) {
                timed = true;
                timers.after(Duration.between(now, nextAt), this::turn);
                return null;
            }
            nextAt = now.plus(interval);
            underWay.incrementAndGet();
            return waiting.remove();
        }

        private void turn() {
            synchronized (this) {
                timed = false;
            }
            admitNext();
        }

        /** Gives back the turn of a login that is not wanted any more. */
        private synchronized void giveBack() {
            underWay.decrementAndGet();
            nextAt = clock.instant();
        }

        private void begin(Login login) {
            AtomicBoolean released = new AtomicBoolean();
            Permit permit = () -> {
                if (released.compareAndSet(false, true)) {
                    underWay.decrementAndGet();
                    timers.after(Duration.ZERO, this::admitNext);
                }
            };
            timers.after(PATIENCE, permit::release);
            timers.after(Duration.ZERO, () -> login.action().accept(permit));
        }
    }
}
