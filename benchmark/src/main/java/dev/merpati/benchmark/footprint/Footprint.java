package dev.merpati.benchmark.footprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a JVM holds.
 *
 * @param heapBytes of live objects, right after a full collection
 * @param residentBytes of the whole process, after that collection
 * @param threads of the operating system, those of the JVM itself included
 */
public record Footprint(long heapBytes, long residentBytes, int threads) {
    private static final long KIB = 1024;

    /** Collects all garbage of that JVM, then looks. */
    public static Footprint of(long pid) throws IOException, InterruptedException {
        // The first collection also hands cleaners and references their work.
        ClassHistogram.of(pid);
        var heap = ClassHistogram.of(pid).totalBytes();
        var status = Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"));
        return new Footprint(heap, field(status, "VmRSS") * KIB, (int) field(status, "Threads"));
    }

    private static long field(Iterable<String> status, String name) {
        for (var line : status) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IllegalStateException("/proc/<pid>/status has no " + name);
    }
}
