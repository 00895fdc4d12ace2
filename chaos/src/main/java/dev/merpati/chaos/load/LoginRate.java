package dev.merpati.chaos.load;

import dev.merpati.cluster.SimulatorClient;
import dev.merpati.cluster.UnansweredException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Watches how fast clients log in to WhatsApp, until it is closed. */
public final class LoginRate implements AutoCloseable {
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(2);

    private final SimulatorClient simulator;
    private final long before;
    private final Deque<Sample> window = new ArrayDeque<>();
    private volatile long logins;
    private volatile double peak;
    private volatile boolean closed;

    private record Sample(long nanos, long logins) {}

    public LoginRate(SimulatorClient simulator) {
        this.simulator = simulator;
        this.before = simulator.stat("logins");
        Thread.ofVirtual().name("login-rate").start(this::watch);
    }

    /** How many logins there were. */
    public long logins() {
        return logins;
    }

    /** The most per second, as the mean of two seconds. */
    public double peakPerSecond() {
        return peak;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void watch() {
        while (!closed) {
            try {
                sample();
            } catch (UnansweredException e) {
                // The next sample counts what this one missed.
            }
            LockSupport.parkNanos(INTERVAL);
        }
    }

    private void sample() {
        logins = simulator.stat("logins") - before;
        Sample now = new Sample(System.nanoTime(), logins);
        window.addLast(now);
        while (now.nanos() - window.getFirst().nanos() > WINDOW + INTERVAL) {
            window.removeFirst();
        }
        Sample oldest = window.getFirst();
        if (now.nanos() - oldest.nanos() >= WINDOW) {
            peak = Math.max(peak, (now.logins() - oldest.logins()) * 1e9 / (now.nanos() - oldest.nanos()));
        }
    }
}
