package dev.merpati.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One Redis server process with an append-only file: at most the last second of writes is lost when it is killed. A
 * {@code redis-server} on the PATH is preferred to the binary that comes with us. The process ends with this JVM,
 * however that ends.
 */
public final class EmbeddedRedis implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    private static final String READY = "eady to accept connections";

    private final RedisProcess process;
    private final int port;

    private EmbeddedRedis(RedisProcess process, int port) {
        this.process = process;
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
        return new EmbeddedRedis(RedisProcess.start(READY, command(dataDirectory, serverPort, options)), serverPort);
    }

    /**
     * The command line of such a server, for programs that start it themselves.
     *
     * @param dataDirectory made when it is not there yet
     */
    public static List<String> command(Path dataDirectory, int port, String... options) {
        List<String> command = new ArrayList<>(List.of(RedisProcess.executable(dataDirectory)));
        command.addAll(List.of("--port", String.valueOf(port), "--bind", HOST));
        command.addAll(List.of("--dir", dataDirectory.toAbsolutePath().toString()));
        command.addAll(List.of("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""));
        command.addAll(List.of("--maxmemory-policy", "noeviction", "--daemonize", "no"));
        command.addAll(List.of(options));
        return command;
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    /** The server process itself, to be killed or paused by a test. */
    public ProcessHandle process() {
        return process.server();
    }

    /** Kills the server as a crash would, without a chance to write anything more. */
    public void kill() {
        process.kill();
    }

    /** Stops the server in good order and returns when it has stopped. Idempotent. */
    @Override
    public void close() {
        process.close();
    }
}
