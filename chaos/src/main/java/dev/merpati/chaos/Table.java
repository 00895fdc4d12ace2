package dev.merpati.chaos;

import dev.merpati.chaos.ledger.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The results as a Markdown table that can also be read in a terminal. */
final class Table {
    private static final List<String> HEADINGS = List.of(
            "fault",
            "sent",
            "accepted",
            "delivered once",
            "duplicated",
            "lost",
            "wrong answers",
            "same-id copies",
            "disturbed sessions",
            "failover p50",
            "failover max",
            "logins",
            "peak logins/s");

    private Table() {}

    static String of(List<Result> results) {
        List<List<String>> rows = results.stream().map(Table::row).toList();
        List<Integer> widths = IntStream.range(0, HEADINGS.size())
                .mapToObj(column -> Math.max(
                        HEADINGS.get(column).length(),
                        rows.stream()
                                .mapToInt(row -> row.get(column).length())
                                .max()
                                .orElse(0)))
                .toList();
        String rule = widths.stream().map("-"::repeat).collect(Collectors.joining(" | ", "| ", " |"));
        return line(HEADINGS, widths) + "\n" + rule + "\n"
                + rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
    }

    private static List<String> row(Result result) {
        return List.of(
                result.fault().label(),
                String.valueOf(result.sent()),
                String.valueOf(result.accepted()),
                String.valueOf(result.deliveredOnce()),
                String.valueOf(result.count(Verdict.DUPLICATED)),
                String.valueOf(result.count(Verdict.LOST)),
                String.valueOf(result.wrong()),
                String.valueOf(result.extraCopies()),
                String.valueOf(result.failovers().sessions()),
                seconds(result.failovers().median()),
                seconds(result.failovers().longest()),
                String.valueOf(result.logins()),
                String.format(Locale.ROOT, "%.0f", result.peakLoginsPerSecond()));
    }

    static String seconds(Optional<Duration> time) {
        return time.map(known -> String.format(Locale.ROOT, "%.1f s", known.toMillis() / 1e3))
                .orElse("–");
    }

    private static String line(List<String> cells, List<Integer> widths) {
        return IntStream.range(0, cells.size())
                .mapToObj(column -> cells.get(column)
                        + " ".repeat(widths.get(column) - cells.get(column).length()))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }
}
