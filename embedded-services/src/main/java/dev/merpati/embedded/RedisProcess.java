package dev.merpati.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One {@code redis-server} process, which ends with this JVM, however that ends. */
public final class RedisProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisProcess.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Runs the server in a session of its own, since a Ctrl-C in the terminal must first reach us, and stops it when
     * our end of the pipe is closed, which the kernel does when we are killed. The first line that it writes names the
     * server's process, which cannot be told by its executable: on Debian that is a link to another name.
     */
    private static final String GUARD = """
            exec 3<&0
            if command -v setsid >/dev/null; then set -- setsid "$@"; fi
            "$@" </dev/null 3<&- &
            server=$!
            echo "pid=$server"
            trap '' INT TERM HUP
            { read -r end_of_pipe <&3; kill -TERM $server; } >/dev/null 2>&1 &
            watcher=$!
            exec 3<&-
            wait $server
            kill -KILL $watcher 2>/dev/null
            """;

    private static final String PID = "pid=";

    private final Process guard;
    private final CompletableFuture<Long> pid = new CompletableFuture<>();

    private RedisProcess(Process guard) {
        this.guard = guard;
    }

    /**
     * Starts the server and returns when it says that it is ready.
     *
     * @param readyLine a part of the line of output that says so
     */
    public static RedisProcess start(String readyLine, List<String> command) {
        try {
            List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "redis-guard"));
            guarded.addAll(command);
            RedisProcess process = new RedisProcess(
                    new ProcessBuilder(guarded).redirectErrorStream(true).start());
            process.awaitReady(readyLine, command);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis did not start: " + e.getMessage(), e);
        }
    }

    /** The server process itself. */
    ProcessHandle server() {
        return ProcessHandle.of(pid.join())
                .filter(ProcessHandle::isAlive)
                .orElseThrow(() -> new IllegalStateException("the Redis server has ended"));
    }

    /** Kills the server as a crash would. */
    void kill() {
        ProcessHandle server = server();
        CompletableFuture<ProcessHandle> exit = server.onExit();
        server.destroyForcibly();
        exit.join();
        close();
    }

    /** Stops the server cleanly and returns when it has stopped. Idempotent. */
    @Override
    public void close() {
        try {
            guard.getOutputStream().close();
            if (!guard.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("Redis did not stop within {} s and is killed", STOP_TIMEOUT.toSeconds());
                guard.descendants().forEach(ProcessHandle::destroyForcibly);
                guard.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady(String readyLine, List<String> command) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("redis-output").start(() -> followOutput(readyLine, ready));
        try {
            ready.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while Redis started", e);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new IllegalStateException("Redis did not start with " + command + ": " + e.getMessage(), e);
        }
    }

    private void followOutput(String readyLine, CompletableFuture<Void> ready) {
        List<String> lastLines = new ArrayList<>();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(guard.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (!pid.isDone() && line.startsWith(PID)) {
                    pid.complete(Long.parseLong(line.substring(PID.length())));
                    continue;
                }
                log.debug("{}", line);
                if (line.contains(readyLine)) {
                    ready.complete(null);
                }
                if (!ready.isDone()) {
                    lastLines.add(line);
                }
            }
        } catch (IOException e) {
            log.debug("Redis closed its output", e);
        }
        ready.completeExceptionally(new IllegalStateException(String.join("\n", lastLines)));
    }
}
