package dev.merpati.testing;

import static org.awaitility.Awaitility.await;

import dev.merpati.embedded.EmbeddedRedis;
import dev.merpati.embedded.FreePorts;
import dev.merpati.embedded.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A Redis master with one replica, watched by three sentinels that fail over within seconds, for tests. */
public final class EmbeddedRedisSentinels implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MASTER = "merpati";
    private static final String HOST = "127.0.0.1";
    private static final int SENTINELS = 3;
    private static final int QUORUM = 2;
    private static final Duration DOWN_AFTER = Duration.ofSeconds(1);

    private final Path directory;
    private final Map<Integer, EmbeddedRedis> servers = new HashMap<>();
    private final List<RedisProcess> sentinels = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    private EmbeddedRedisSentinels(Path directory) {
        this.directory = directory;
    }

    /** Starts all five processes on free ports and returns when a failover would be possible. */
    public static EmbeddedRedisSentinels start(Path directory) {
        EmbeddedRedisSentinels all = new EmbeddedRedisSentinels(directory);
        try {
            EmbeddedRedis master = all.startServer(FreePorts.orFree(0));
            all.startServer(FreePorts.orFree(0), "--replicaof", master.host(), String.valueOf(master.port()));
            for (int number = 0; number < SENTINELS; number++) {
                all.startSentinel(number, master);
            }
            all.awaitReady();
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /** What {@code spring.data.redis.sentinel.master} takes. */
    public String masterName() {
        return MASTER;
    }

    /** What {@code spring.data.redis.sentinel.nodes} takes. */
    public String nodes() {
        return ports.stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
    }

    /** The server that the sentinels say is the master now. */
    public EmbeddedRedis master() {
        String address = RedisConversation.ask(ports.getFirst(), "SENTINEL GET-MASTER-ADDR-BY-NAME " + MASTER);
        EmbeddedRedis master =
                servers.get(Integer.parseInt(address.lines().toList().getLast()));
        if (master == null) {
            throw new IllegalStateException("the sentinels name " + address + ", which was not started here");
        }
        return master;
    }

    /** Stops all processes. Idempotent. */
    @Override
    public void close() {
        sentinels.forEach(RedisProcess::close);
        servers.values().forEach(EmbeddedRedis::close);
    }

    private EmbeddedRedis startServer(int port, String... options) {
        List<String> all = new ArrayList<>(List.of("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"));
        all.addAll(List.of(options));
        EmbeddedRedis server =
                EmbeddedRedis.start(directory.resolve("server-" + port), port, all.toArray(String[]::new));
        servers.put(port, server);
        return server;
    }

    private void startSentinel(int number, EmbeddedRedis master) {
        int port = FreePorts.orFree(0);
        try {
            Path home = Files.createDirectories(directory.resolve("sentinel-" + number));
            // A file, since a sentinel writes what it learns into its configuration.
            Path configuration = Files.writeString(home.resolve("sentinel.conf"), """
                            port %d
                            bind %s
                            dir "%s"
                            sentinel monitor %s %s %d %d
                            sentinel down-after-milliseconds %s %d
                            sentinel failover-timeout %s 10000
                            """.formatted(
                            port,
                            HOST,
                            home.toAbsolutePath(),
                            MASTER,
                            master.host(),
                            master.port(),
                            QUORUM,
                            MASTER,
                            DOWN_AFTER.toMillis(),
                            MASTER));
            sentinels.add(RedisProcess.start(
                    "+monitor master",
                    List.of(
                            EmbeddedRedis.executable(home),
                            configuration.toAbsolutePath().toString(),
                            "--sentinel")));
            ports.add(port);
        } catch (IOException e) {
            throw new UncheckedIOException("a sentinel did not start: " + e.getMessage(), e);
        }
    }

    private void awaitReady() {
        for (int port : ports) {
            await("a sentinel that knows the replica and the other sentinels")
                    .atMost(PATIENCE)
                    .until(() -> {
                        String master = RedisConversation.ask(port, "SENTINEL MASTER " + MASTER);
                        return master.contains("num-slaves\n1")
                                && master.contains("num-other-sentinels\n" + (SENTINELS - 1));
                    });
        }
        await("a replica in step")
                .atMost(PATIENCE)
                .until(() -> RedisConversation.ask(master().port(), "INFO replication")
                        .contains("state=online"));
    }
}
