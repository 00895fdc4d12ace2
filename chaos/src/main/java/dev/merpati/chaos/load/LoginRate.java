package dev.merpati.chaos.load;

import dev.merpati.cluster.SimulatorClient;
import dev.merpati.cluster.UnansweredException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Watches how fast clients log in to WhatsApp, until it is closed. */
public final class LoginRate implements AutoCloseable {
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
    /** Short, so that a herd stands out; long enough that what a busy machine delays by a second is none. */
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(2);

    private final Deque<Sample> window = new ArrayDeque<>();
    private volatile long logins;
    private volatile double peak;
    private volatile boolean closed;

    private record Sample(long nanos, long logins) {}

    /** A rate to which samples are added by hand. */
    LoginRate() {}

    /** Begins to watch; logins before this do not count. */
    public static LoginRate of(SimulatorClient simulator) {
        LoginRate rate = new LoginRate();
        long before = simulator.stat("logins");
        Thread.ofVirtual().name("login-rate").start(() -> rate.watch(simulator, before));
        return rate;
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

    private void watch(SimulatorClient simulator, long before) {
        while (!closed) {
            try {
                long counted = simulator.stat("logins") - before;
                add(System.nanoTime(), counted);
            } catch (UnansweredException e) {
                // The next sample counts what this one missed.
            }
            LockSupport.parkNanos(INTERVAL);
        }
    }

    /**
     * Adds a sample.
     *
     * @param total how many logins there were since the beginning
     */
    void add(long nanos, long total) {
        logins = total;
        window.addLast(new Sample(nanos, total));
        // The first of the window is the last one that is a whole window ago: what came since is within it.
        while (window.size() > 1 && nanos - second().nanos() >= WINDOW) {
            window.removeFirst();
        }
        Sample oldest = window.getFirst();
        double seconds = Math.max(WINDOW, nanos - oldest.nanos()) / (double) TimeUnit.SECONDS.toNanos(1);
        peak = Math.max(peak, (total - oldest.logins()) / seconds);
    }

    private Sample second() {
        Iterator<Sample> samples = window.iterator();
        samples.next();
        return samples.next();
    }
}
