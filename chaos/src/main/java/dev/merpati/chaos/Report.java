package dev.merpati.chaos;

import dev.merpati.chaos.inbound.InboundResult;
import dev.merpati.chaos.ledger.Verdict;
import dev.merpati.cluster.MarkdownTable;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a person reads while it runs, and in the end. */
final class Report {
    private static final int SHOWN = 10;

    private Report() {}

    /** The table of these results, and under it the evidence for what is bad. */
    static void print(List<Result> results, PrintStream out) {
        out.println(table(results));
        out.println(inbound(results));
        for (Result result : results) {
            if (!result.isGood()) {
                out.println(result.fault().label() + " is NOT GOOD:");
                result.bad().stream()
                        .limit(SHOWN)
                        .forEach(judged -> out.println("  " + judged.getValue() + " " + judged.getKey()));
                Stream.of(result.findings(), result.inbound().findings())
                        .flatMap(findings -> findings.stream().distinct().limit(SHOWN))
                        .forEach(finding -> out.println("  " + finding));
            }
        }
    }

    /** All results, as each of them was printed before; true when nothing was lost, duplicated or wrong. */
    static boolean printAll(List<Result> results, PrintStream out) {
        boolean good = !results.isEmpty() && results.stream().allMatch(Result::isGood);
        out.println();
        print(results, out);
        out.println(
                good
                        ? "Nothing was lost in either direction, nothing came twice, no answer was wrong."
                        : "Something was lost, duplicated or wrong.");
        return good;
    }

    private static MarkdownTable table(List<Result> results) {
        MarkdownTable table = new MarkdownTable(
                "fault",
                "sent",
                "accepted",
                "delivered once",
                "duplicated",
                "lost",
                "wrong",
                "unknown",
                "same-id copies",
                "disturbed sessions",
                "failover p50",
                "failover max",
                "logins",
                "peak logins/s");
        results.forEach(result -> table.row(
                result.fault().label(),
                String.valueOf(result.sent()),
                String.valueOf(result.accepted()),
                String.valueOf(result.count(Verdict.DELIVERED)),
                String.valueOf(result.count(Verdict.DUPLICATED)),
                String.valueOf(result.count(Verdict.LOST)),
                String.valueOf(result.wrong()),
                String.valueOf(result.unknown()),
                String.valueOf(result.extraCopies()),
                String.valueOf(result.failovers().sessions()),
                seconds(result.failovers().median()),
                seconds(result.failovers().longest()),
                String.valueOf(result.logins()),
                String.format(Locale.ROOT, "%.0f", result.peakLoginsPerSecond())));
        return table;
    }

    private static MarkdownTable inbound(List<Result> results) {
        MarkdownTable table = new MarkdownTable(
                "fault",
                "phones wrote",
                "webhook once",
                "polled once",
                "duplicated",
                "lost",
                "wrong",
                "other findings",
                "same-id repeats",
                "p50 of each tenant",
                "longest");
        for (Result result : results) {
            InboundResult inbound = result.inbound();
            table.row(
                    result.fault().label(),
                    String.valueOf(inbound.written()),
                    String.valueOf(inbound.delivered()),
                    String.valueOf(inbound.polled()),
                    String.valueOf(inbound.duplicated()),
                    String.valueOf(inbound.lost()),
                    String.valueOf(inbound.wrong()),
                    String.valueOf(inbound.findings().size() - inbound.duplicated() - inbound.lost() - inbound.wrong()),
                    String.valueOf(inbound.repeats()),
                    inbound.medians().stream()
                            .map(median -> seconds(Optional.of(median)))
                            .collect(Collectors.joining(", ")),
                    seconds(Optional.of(inbound.longest())));
        }
        return table;
    }

    private static String seconds(Optional<Duration> time) {
        return time.map(known -> String.format(Locale.ROOT, "%.1f s", known.toMillis() / 1e3))
                .orElse("–");
    }
}
