package dev.merpati.cluster;

import java.util.List;
import java.util.stream.Stream;

/** The metrics of a process at one moment, in Prometheus' text format. */
public final class Metrics {
    private final List<String> lines;

    Metrics(String text) {
        lines = text.lines().filter(line -> !line.startsWith("#")).toList();
    }

    /**
     * The sum over all series of a metric, 0 when there is none.
     *
     * @param name as Prometheus spells it, such as {@code merpati_worker_shards_owned}
     * @param labels each as {@code name="value"}; only series that have all of them are counted
     */
    public double sum(String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
