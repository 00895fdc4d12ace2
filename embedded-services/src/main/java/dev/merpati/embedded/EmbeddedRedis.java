package dev.merpati.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;

/**
 * One Redis server process with an append-only file: at most the last second of writes is lost when it is killed. A
 * {@code redis-server} on the PATH is preferred to the binary that comes with us. The process ends with this JVM,
 * however that ends.
 */
public final class EmbeddedRedis implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Runs the server in a session of its own, since a Ctrl-C in the terminal must first reach us, and stops it when
     * our end of the pipe is closed, which the kernel does for us when we are killed.
     */
    private static final String GUARD = """
            exec 3<&0
            if command -v setsid >/dev/null; then set -- setsid "$@"; fi
            "$@" </dev/null 3<&- &
            server=$!
            trap '' INT TERM HUP
            { read -r end_of_pipe <&3; kill -TERM $server; } >/dev/null 2>&1 &
            watcher=$!
            exec 3<&-
            wait $server
            kill -KILL $watcher 2>/dev/null
            """;

    private final Process guard;
    private final int port;

    private EmbeddedRedis(Process guard, int port) {
        this.guard = guard;
        this.port = port;
    }

    /** Starts on a free port; see {@link #start(Path, int, String...)}. */
    public static EmbeddedRedis start(Path dataDirectory) {
        return start(dataDirectory, 0);
    }

    /**
     * Starts the server and returns when it serves.
     *
     * @param dataDirectory holds the append-only file; made when it is not there yet
     * @param port on the loopback interface, 0 for a free one
     * @param options more of the server's options, such as {@code "--appendfsync", "always"}
     */
    public static EmbeddedRedis start(Path dataDirectory, int port, String... options) {
        int serverPort = FreePorts.orFree(port);
        try {
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "redis-guard"));
            command.addAll(command(dataDirectory, serverPort, options));
            Process guard =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            EmbeddedRedis redis = new EmbeddedRedis(guard, serverPort);
            redis.awaitReady();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis did not start: " + e.getMessage(), e);
        }
    }

    /**
     * The command line of such a server, for programs that start it themselves.
     *
     * @param dataDirectory made when it is not there yet
     */
    public static List<String> command(Path dataDirectory, int port, String... options) {
        try {
            Files.createDirectories(dataDirectory);
            List<String> command = new ArrayList<>(List.of(executable(dataDirectory)));
            command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
            command.addAll(List.of("--dir", dataDirectory.toAbsolutePath().toString()));
            command.addAll(List.of("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""));
            command.addAll(List.of("--maxmemory-policy", "noeviction", "--daemonize", "no"));
            command.addAll(List.of(options));
            return command;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis cannot be unpacked: " + e.getMessage(), e);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** The server process itself, to be killed or paused by a test. */
    public ProcessHandle process() {
        return guard.descendants()
                .filter(process -> process.info().command().orElse("").contains("redis-server"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the Redis server has ended"));
    }

    /** Kills the server as a crash would, without a chance to write anything more. */
    public void kill() {
        ProcessHandle server = process();
        CompletableFuture<ProcessHandle> exit = server.onExit();
        server.destroyForcibly();
        exit.join();
        close();
    }

    /** Stops the server in good order and returns when it has stopped. Idempotent. */
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

    private void awaitReady() {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("redis-output").start(() -> followOutput(ready));
        try {
            ready.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while Redis started", e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            close();
            throw new IllegalStateException("Redis did not start on port " + port + ": " + e.getMessage(), e);
        }
    }

    private void followOutput(CompletableFuture<Void> ready) {
        List<String> lastLines = new ArrayList<>();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(guard.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                log.debug("{}", line);
                if (line.contains("eady to accept connections")) {
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

    private static String executable(Path dataDirectory) throws IOException {
        Optional<Path> installed = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
        if (installed.isPresent()) {
            return installed.get().toString();
        }
        Path unpacked = Files.createDirectories(dataDirectory.resolve("bin"));
        return ExecutableProvider.newJarResourceProvider(unpacked.toFile())
                .get()
                .getAbsolutePath();
    }
}
