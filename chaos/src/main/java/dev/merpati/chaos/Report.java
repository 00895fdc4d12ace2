package dev.merpati.chaos;

import java.io.PrintStream;
import java.util.List;

/** What a person reads while it runs, and in the end. */
final class Report {
    private static final int SHOWN = 10;

    private Report() {}

    /** One fault's result, with evidence for what was bad. */
    static void print(Result result, PrintStream out) {
        out.println("  " + result.accepted() + " accepted of " + result.sent() + ", " + result.deliveredOnce()
                + " delivered once, " + (result.isGood() ? "all good" : "NOT GOOD:"));
        out.println("  " + result.failovers().sessions() + " sessions disturbed, failover p50 "
                + Table.seconds(result.failovers().median()) + ", max "
                + Table.seconds(result.failovers().longest()) + "; " + result.logins() + " logins");
        result.bad().stream().limit(SHOWN).forEach(one -> out.println("    " + one.verdict() + " " + one.message()));
        result.otherFindings().stream().distinct().limit(SHOWN).forEach(finding -> out.println("    " + finding));
    }

    /** The table; true when nothing was lost, duplicated or wrong. */
    static boolean printAll(List<Result> results, PrintStream out) {
        boolean good = !results.isEmpty() && results.stream().allMatch(Result::isGood);
        out.println();
        out.println(Table.of(results));
        out.println();
        out.println(
                good
                        ? "Nothing was lost, nothing reached a phone twice, no answer was wrong."
                        : "Something was lost, duplicated or wrong.");
        return good;
    }
}
