package dev.merpati.chaos.fault;

import dev.merpati.cluster.WebhookEndpoint;
import dev.merpati.cluster.WebhookEndpoint.Mood;
import java.time.Duration;
import java.time.Instant;

/** What the endpoint of one tenant does to its deliveries. */
final class EndpointFaults {
    private static final Duration SHORT_TIME = Duration.ofSeconds(20);
    /** Delivered while the endpoint forgets, an event may have been stored before. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(30);

    private EndpointFaults() {}

    static void away(Arena arena) throws InterruptedException {
        arena.struck();
        endpoint(arena).proxy().cut();
        Thread.sleep(arena.away());
        endpoint(arena).proxy().restore();
    }

    static void unreachable(Arena arena) throws InterruptedException {
        arena.struck();
        endpoint(arena).proxy().freeze();
        Thread.sleep(arena.away());
        // What was held back is lost, as in a network whose route is gone.
        endpoint(arena).proxy().cut();
        endpoint(arena).proxy().restore();
    }

    static void hangs(Arena arena) throws InterruptedException {
        during(arena, Mood.HANGS);
    }

    static void errors(Arena arena) throws InterruptedException {
        during(arena, Mood.ERRORS);
    }

    static void cuts(Arena arena) throws InterruptedException {
        during(arena, Mood.CUTS);
    }

    static void limits(Arena arena) throws InterruptedException {
        during(arena, Mood.LIMITS);
    }

    static void forgets(Arena arena) throws InterruptedException {
        Instant from = Instant.now().minus(UNDER_WAY);
        during(arena, Mood.FORGETS);
        arena.victim().replay(from.toString());
    }

    private static void during(Arena arena, Mood mood) throws InterruptedException {
        arena.struck();
        endpoint(arena).be(mood);
        Thread.sleep(arena.away().compareTo(SHORT_TIME) < 0 ? arena.away() : SHORT_TIME);
        endpoint(arena).be(Mood.GOOD);
    }

    private static WebhookEndpoint endpoint(Arena arena) {
        return arena.victim().endpoint();
    }
}
