package dev.merpati.benchmark.footprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The live objects of a JVM by class, as {@code jcmd <pid> GC.class_histogram} lists them after a full collection.
 *
 * @param lines the classes, the one with most bytes first
 */
public record ClassHistogram(List<String> lines, long totalBytes) {
    private static final int TIMEOUT_SECONDS = 60;
    private static final Pattern TOTAL = Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);

    /** Asks the JVM, which collects its garbage first. */
    public static ClassHistogram of(long pid) throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        // A file, since reading from a pipe has no timeout.
        var file = Files.createTempFile("histogram", ".txt");
        try {
            var process = new ProcessBuilder(jcmd, String.valueOf(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .redirectOutput(file.toFile())
                    .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("process " + pid + " did not answer jcmd within " + TIMEOUT_SECONDS + " s");
            }
            var output = Files.readString(file);
            if (process.exitValue() != 0) {
                throw new IOException("jcmd failed: " + output);
            }
            return parse(output);
        } finally {
            Files.delete(file);
        }
    }

    static ClassHistogram parse(String output) {
        var lines = output.lines()
                .filter(line -> line.matches("\\s*\\d+:\\s+\\d+\\s.*"))
                .toList();
        var total = TOTAL.matcher(output);
        if (!total.find()) {
            throw new IllegalArgumentException("no line with the total in: " + output);
        }
        return new ClassHistogram(lines, Long.parseLong(total.group(1)));
    }
}
