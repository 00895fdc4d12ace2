package dev.merpati.cluster;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One process of the cluster. It keeps its ports, its folder and its log file over restarts, and ends with this JVM.
 * Not thread-safe, but different processes can be controlled by different threads.
 */
public abstract class ClusterProcess {
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
    private static final int SHOWN_LOG = 4_000;

    private final String name;
    private final Path log;
    private volatile @Nullable GuardedProcess process;
    private long logLengthAtLaunch;

    ClusterProcess(String name, Path folder) {
        this.name = name;
        this.log = folder.resolve("logs").resolve(name + ".log").toAbsolutePath();
    }

    abstract List<String> command();

    /** Whether it serves; false also when it cannot be asked. */
    abstract boolean isReady();

    public final String name() {
        return name;
    }

    /** All that it printed since it was started for the first time. */
    public final Path log() {
        return log;
    }

    /** What it printed since it was started last. */
    final String output() {
        try {
            byte[] all = Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
            int from = (int) Math.min(logLengthAtLaunch, all.length);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and returns when it serves. */
    public final void start() {
        launch();
        awaitReady();
    }

    /** Starts it and returns at once; see {@link #awaitReady}. */
    public final void launch() {
        if (isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        try {
            Files.createDirectories(log.getParent());
            logLengthAtLaunch = Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = GuardedProcess.start(command(), log);
    }

    /** Waits until it serves; fails with the end of its log when it ends before, or takes minutes. */
    public final void awaitReady() {
        try {
            await(name + " is ready")
                    .pollInterval(Duration.ofMillis(100))
                    .atMost(READY_TIMEOUT)
                    .until(() -> !isAlive() || isReady());
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException(name + " did not become ready:\n" + endOfOutput(), e);
        }
        if (!isAlive()) {
            throw new IllegalStateException(name + " ended while it started:\n" + endOfOutput());
        }
    }

    /** SIGTERM: stops it in good order and returns when it has ended. */
    public final void terminate() {
        GuardedProcess running = running();
        running.signal("TERM");
        awaitExit(running);
    }

    /** SIGTERM without waiting; see {@link #awaitExit()}. */
    public final void requestTermination() {
        running().signal("TERM");
    }

    /** Waits until it has ended, and fails when that takes a minute. */
    public final void awaitExit() {
        GuardedProcess last = process;
        if (last != null) {
            awaitExit(last);
        }
    }

    /** SIGKILL: ends it as a crash would, and returns when it has ended. Also when it is paused, or has ended. */
    public final void kill() {
        GuardedProcess last = process;
        if (last != null && last.isAlive()) {
            last.signal("KILL");
            awaitExit(last);
        }
    }

    /** SIGSTOP: it does nothing any more, but its connections stay open. */
    public final void pause() {
        running().signal("STOP");
    }

    /** SIGCONT: it goes on as if nothing had been. */
    public final void resume() {
        running().signal("CONT");
    }

    /** {@link #terminate} and {@link #start}. */
    public final void restart() {
        terminate();
        start();
    }

    public final boolean isAlive() {
        GuardedProcess last = process;
        return last != null && last.isAlive();
    }

    /** The id of the running process. */
    public final long pid() {
        return running().pid();
    }

    private GuardedProcess running() {
        GuardedProcess last = process;
        if (last == null || !last.isAlive()) {
            throw new IllegalStateException(name + " does not run");
        }
        return last;
    }

    private void awaitExit(GuardedProcess ending) {
        if (!ending.awaitExit(STOP_TIMEOUT)) {
            throw new IllegalStateException(
                    name + " did not end within " + STOP_TIMEOUT.toSeconds() + " s:\n" + endOfOutput());
        }
    }

    private String endOfOutput() {
        String output = output();
        return output.substring(Math.max(0, output.length() - SHOWN_LOG));
    }
}
