package dev.merpati.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Redis server process on the loopback interface, with an append-only file: at most the last second of writes is lost
 * when it is killed. A {@code redis-server} on the PATH is preferred to the one that comes with us. The process ends with
 * this JVM, however that ends.
 */
public final class EmbeddedRedis implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final String READY = "eady to accept connections";

    private final RedisProcess process;
    private final int port;
    private final @Nullable String password;

    private EmbeddedRedis(int port, @Nullable String password, List<String> command) {
        this.process = RedisProcess.start(READY, command);
        this.port = port;
        this.password = password;
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
        return new EmbeddedRedis(serverPort, null, command(dataDirectory, serverPort, options));
    }

    /**
     * Starts a server that other users of the machine cannot use: with a password, new at each start, and without the
     * commands that reconfigure, inspect or halt it (CONFIG, DEBUG, MODULE, SHUTDOWN, FLUSHALL and what else Redis calls
     * dangerous). The password stands in {@code redis.conf} in the data directory, readable by its owner alone.
     *
     * @param port on the loopback interface, 0 for a free one
     * @throws IllegalStateException that says what to do, when the data was written by a newer Redis than there is
     */
    public static EmbeddedRedis startProtected(Path dataDirectory, int port) {
        int serverPort = FreePorts.orFree(port);
        String password = newPassword();
        List<String> command = command(dataDirectory, serverPort);
        // Not among the arguments, which everybody on the machine can read.
        command.add(1, configuration(dataDirectory, password).toString());
        return new EmbeddedRedis(serverPort, password, command);
    }

    private static Path configuration(Path dataDirectory, String password) {
        Path file = dataDirectory.resolve("redis.conf").toAbsolutePath();
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            // INFO is for health checks; Lettuce names its connections by CLIENT.
            return Files.writeString(file, "user default on >" + password + " ~* &* +@all -@dangerous +info +client\n");
        } catch (IOException e) {
            throw new UncheckedIOException("Redis cannot be configured: " + e.getMessage(), e);
        }
    }

    private static String newPassword() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /**
     * The {@code redis-server} to run, unpacked into the directory when there is none on the PATH.
     *
     * @param directory made when it is not there yet
     */
    public static String executable(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Redis cannot use " + directory, e);
        }
        return RedisExecutable.find(directory, System.getenv().getOrDefault("PATH", ""))
                .path()
                .toString();
    }

    /**
     * The command line of such a server, for programs that start it themselves.
     *
     * @param dataDirectory made when it is not there yet
     */
    public static List<String> command(Path dataDirectory, int port, String... options) {
        List<String> command = new ArrayList<>(List.of(executable(dataDirectory)));
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

    /** Null for a server that asks for none. */
    public @Nullable String password() {
        return password;
    }

    /** The server process itself, to be killed or paused by a test. */
    public ProcessHandle process() {
        return process.server();
    }

    /** Kills the server as a crash would, without a chance to write anything more. */
    public void kill() {
        process.kill();
    }

    /** Stops the server cleanly and returns when it has stopped. Idempotent. */
    @Override
    public void close() {
        process.close();
    }
}
