package dev.merpati.chaos.fault;

import dev.merpati.cluster.WorkerProcess;
import java.time.Duration;

/** What happens to workers. */
final class WorkerFaults {
    /** On top of the session timeout, until every session must be connected again. */
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** How much longer than the session timeout a zombie sleeps, so that others have its shards when it wakes up. */
    private static final Duration OVERSLEEP = Duration.ofSeconds(6);

    private WorkerFaults() {}

    static void kill(Arena arena) throws InterruptedException {
        WorkerProcess worker = arena.runningWorkers().getFirst();
        arena.struck();
        worker.kill();
        arena.awaitAllConnected(arena.sessionTimeout().plus(LIMIT));
        arena.struck();
        worker.start();
    }

    static void killAndRestart(Arena arena) {
        WorkerProcess worker = arena.runningWorkers().getFirst();
        arena.struck();
        worker.kill();
        worker.start();
    }

    static void zombie(Arena arena) throws InterruptedException {
        WorkerProcess zombie = arena.runningWorkers().getFirst();
        arena.struck();
        zombie.pause();
        Thread.sleep(arena.sessionTimeout().plus(OVERSLEEP));
        zombie.resume();
        if (!arena.await(LIMIT, () -> zombie.isReady() && arena.shardsOwned(zombie) > 0)) {
            arena.finding("the zombie has not rejoined");
        }
    }

    static void scaleOut(Arena arena) {
        WorkerProcess worker = arena.cluster().addWorker();
        arena.struck();
        worker.start();
    }

    /** Of those that were added, the last one, which is not missed; else one that is started again. */
    static void terminate(Arena arena) throws InterruptedException {
        WorkerProcess worker = arena.runningWorkers().getLast();
        boolean added = arena.runningWorkers().size() > 3;
        arena.struck();
        worker.terminate();
        arena.awaitAllConnected(LIMIT);
        if (!added) {
            arena.struck();
            worker.start();
        }
    }
}
