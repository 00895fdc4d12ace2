package dev.merpati.benchmark;

import dev.merpati.benchmark.text.TextPlan;
import java.util.List;

/**
 * What is measured.
 *
 * @param coldStart how many sessions a worker connects that is started
 * @param footprints at how many connected sessions a worker is looked at; the last is the most that are linked
 */
record BenchmarkPlan(TextPlan texts, int coldStart, List<Integer> footprints) {
    BenchmarkPlan {
        // Sessions are only added in the course of a run.
        if (coldStart < texts.sessions() || footprints.stream().anyMatch(size -> size < texts.sessions())) {
            throw new IllegalArgumentException("cold start with " + coldStart + " sessions, footprints at " + footprints
                    + ": allowed is from " + texts.sessions() + ", the number of sessions that send");
        }
    }
}
