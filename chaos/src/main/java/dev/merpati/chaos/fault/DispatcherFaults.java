package dev.merpati.chaos.fault;

import dev.merpati.cluster.DispatcherProcess;
import java.time.Duration;

/** What happens to dispatchers: to each once, since a tenant's events are with one of them. */
final class DispatcherFaults {
    /** How much longer than the session timeout one is away, so that others have its tenants when it comes back. */
    private static final Duration OVERSLEEP = Duration.ofSeconds(6);

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private DispatcherFaults() {}

    static void kill(Arena arena) throws InterruptedException {
        for (DispatcherProcess dispatcher : arena.dispatchers()) {
            arena.struck();
            dispatcher.kill();
            Thread.sleep(arena.sessionTimeout().plus(OVERSLEEP));
            dispatcher.start();
        }
    }

    static void killAndRestart(Arena arena) {
        for (DispatcherProcess dispatcher : arena.dispatchers()) {
            arena.struck();
            dispatcher.kill();
            dispatcher.start();
        }
    }

    static void zombie(Arena arena) throws InterruptedException {
        for (DispatcherProcess dispatcher : arena.dispatchers()) {
            arena.struck();
            dispatcher.pause();
            Thread.sleep(arena.sessionTimeout().plus(OVERSLEEP));
            dispatcher.resume();
            if (!arena.await(LIMIT, dispatcher::isReady)) {
                arena.finding("the zombie has not rejoined");
            }
        }
    }

    static void restart(Arena arena) {
        for (DispatcherProcess dispatcher : arena.dispatchers()) {
            arena.struck();
            dispatcher.restart();
        }
    }

    static void redisAway(Arena arena) throws InterruptedException {
        arena.struck();
        arena.cluster().redis().dispatcherProxy().cut();
        Thread.sleep(arena.away());
        arena.cluster().redis().dispatcherProxy().restore();
    }
}
