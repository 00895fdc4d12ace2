package dev.merpati.chaos.fault;

import dev.merpati.cluster.WorkerProcess;
import java.time.Duration;
import java.util.List;

/** A StatefulSet's rolling update: each worker comes back under its id before the session timeout. */
final class RollingRestart {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Longer than a worker takes to stop and start on a busy machine. */
    private static final String STATIC_SESSION_TIMEOUT = "120s";

    private RollingRestart() {}

    static void makeMembersStatic(Arena arena) throws InterruptedException {
        for (WorkerProcess worker : arena.runningWorkers()) {
            worker.set("merpati.worker.leave-group-on-shutdown", "false");
            worker.set("merpati.worker.session-timeout", STATIC_SESSION_TIMEOUT);
            worker.restart();
        }
        arena.awaitAllConnected(LIMIT);
    }

    static void strike(Arena arena) throws InterruptedException {
        List<WorkerProcess> workers = arena.runningWorkers();
        List<Double> before = workers.stream().map(arena::shardsOwned).toList();
        for (WorkerProcess worker : workers) {
            arena.struck();
            worker.restart();
            arena.awaitAllConnected(LIMIT);
        }
        List<Double> after = workers.stream().map(arena::shardsOwned).toList();
        if (!after.equals(before)) {
            arena.finding("the workers owned " + before + " shards before the rolling restart and " + after + " after");
        }
    }
}
