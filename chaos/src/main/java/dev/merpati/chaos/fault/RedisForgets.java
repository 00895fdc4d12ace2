package dev.merpati.chaos.fault;

import dev.merpati.cluster.RedisProcess;
import dev.merpati.cluster.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Redis loses its last second of writes, and among them that the shards of a paused worker were taken by others; then
 * that worker wakes up and finds its old epochs in Redis.
 */
final class RedisForgets {
    private static final Duration STEP = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private RedisForgets() {}

    static void strike(Arena arena) throws InterruptedException {
        RedisProcess redis = arena.cluster().redis();
        List<WorkerProcess> workers = arena.runningWorkers();
        WorkerProcess zombie = workers.getFirst();
        List<WorkerProcess> others = workers.subList(1, workers.size());
        double before = owned(arena, others);
        arena.struck();
        zombie.pause();
        long lengthBeforeTaking = lengthWhenOthersTake(arena, others, before);
        redis.kill();
        truncate(redis.data(), lengthBeforeTaking);
        redis.start();
        zombie.resume();
        if (!arena.await(LIMIT, () -> zombie.isReady() && arena.shardsOwned(zombie) > 0)) {
            arena.finding("the zombie has not rejoined");
        }
    }

    /** Waits until others took shards, and returns how long the file was about a second before. */
    private static long lengthWhenOthersTake(Arena arena, List<WorkerProcess> others, double before)
            throws InterruptedException {
        Path data = arena.cluster().redis().data();
        long lastButOne = length(data);
        long last = lastButOne;
        for (Duration waited = Duration.ZERO; waited.compareTo(LIMIT) < 0; waited = waited.plus(STEP)) {
            if (owned(arena, others) > before) {
                return lastButOne;
            }
            lastButOne = last;
            last = length(data);
            Thread.sleep(STEP);
        }
        arena.finding("nobody took the paused worker's shards");
        return last;
    }

    private static double owned(Arena arena, List<WorkerProcess> workers) {
        return workers.stream().mapToDouble(arena::shardsOwned).sum();
    }

    private static long length(Path data) {
        try {
            return Files.size(appendOnlyFile(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void truncate(Path data, long length) {
        try (FileChannel file = FileChannel.open(appendOnlyFile(data), StandardOpenOption.WRITE)) {
            file.truncate(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Redis 6 has one file; from Redis 7 on there is a folder of them, and the last increment is written to. */
    private static Path appendOnlyFile(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.toString().endsWith(".aof"))
                    .filter(file -> !file.toString().endsWith(".base.aof"))
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
                    .orElseThrow();
        }
    }
}
