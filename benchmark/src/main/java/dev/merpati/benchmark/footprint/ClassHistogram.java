package dev.merpati.benchmark.footprint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
        var process = new ProcessBuilder(jcmd, String.valueOf(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("jcmd failed: " + output);
        }
        return parse(output);
    }

    static ClassHistogram parse(String output) {
        var lines = output.lines().filter(line -> line.matches("\\s*\\d+:.*")).toList();
        var total = TOTAL.matcher(output);
        if (!total.find()) {
            throw new IllegalArgumentException("no line with the total in: " + output);
        }
        return new ClassHistogram(lines, Long.parseLong(total.group(1)));
    }
}
