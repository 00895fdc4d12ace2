package dev.merpati.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of the operating system that is killed when this JVM ends, however it ends. A shell holds the other end of a
 * pipe: the kernel closes ours, and the shell then kills the process.
 */
final class GuardedProcess {
    /** In a session of its own, since a Ctrl-C in the terminal is for us. */
    private static final String GUARD = """
            log=$1
            shift
            exec 3<&0
            if command -v setsid >/dev/null; then set -- setsid "$@"; fi
            "$@" </dev/null 3<&- >>"$log" 2>&1 &
            process=$!
            trap '' INT TERM HUP
            echo $process
            { read -r end_of_pipe <&3; kill -KILL $process; } >/dev/null 2>&1 &
            watcher=$!
            exec 3<&-
            wait $process
            kill -KILL $watcher 2>/dev/null
            wait $watcher 2>/dev/null
            """;

    private final Process guard;
    private final long pid;

    private GuardedProcess(Process guard, long pid) {
        this.guard = guard;
        this.pid = pid;
    }

    /** Starts a program; what it prints is appended to the log file. */
    static GuardedProcess start(List<String> command, Path log) {
        List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "guard", log.toString()));
        guarded.addAll(command);
        try {
            Process guard =
                    new ProcessBuilder(guarded).redirectErrorStream(true).start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(guard.getInputStream(), StandardCharsets.UTF_8));
            return new GuardedProcess(guard, Long.parseLong(output.readLine()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst(), e);
        }
    }

    long pid() {
        return pid;
    }

    boolean isAlive() {
        return guard.isAlive();
    }

    /** @param name without {@code SIG} */
    void signal(String name) {
        try {
            // The shell's own kill: small Debians have no other.
            new ProcessBuilder("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "kill", name, String.valueOf(pid))
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it has ended in time. */
    boolean awaitExit(Duration timeout) {
        try {
            return guard.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
