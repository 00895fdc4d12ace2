package dev.merpati.chaos.fault;

import dev.merpati.cluster.SimulatorClient;
import java.time.Duration;
import java.util.Map;

/** What WhatsApp does to its clients. */
final class WhatsAppFaults {
    private static final Duration SHORT_TIME = Duration.ofSeconds(20);
    private static final int LATE_MILLIS = 3_000;

    private WhatsAppFaults() {}

    static void drop(Arena arena) {
        arena.struck();
        strikeOnce(arena, "drop-connection");
    }

    static void refuse(Arena arena) throws InterruptedException {
        SimulatorClient simulator = arena.cluster().simulator().client();
        arena.struck();
        simulator.fault(Map.of("kind", "refuse-login", "code", 503));
        strikeOnce(arena, "drop-connection");
        Thread.sleep(arena.away());
        simulator.endFaults();
    }

    static void slow(Arena arena) throws InterruptedException {
        during(arena, SHORT_TIME, Map.of("kind", "ack-delay", "millis", LATE_MILLIS));
    }

    static void swallow(Arena arena) throws InterruptedException {
        during(arena, SHORT_TIME, Map.of("kind", "ack-drop"));
    }

    static void halfOpen(Arena arena) {
        arena.struck();
        strikeOnce(arena, "half-open");
    }

    /** Strikes the connections that are open now; {@code times} keeps it from those that are opened after. */
    private static void strikeOnce(Arena arena, String kind) {
        arena.cluster().simulator().client().fault(Map.of("kind", kind, "times", arena.sessions()));
    }

    private static void during(Arena arena, Duration time, Map<String, Object> fault) throws InterruptedException {
        SimulatorClient simulator = arena.cluster().simulator().client();
        arena.struck();
        String id = simulator.fault(fault);
        Thread.sleep(time);
        simulator.endFault(id);
    }
}
