package dev.merpati.benchmark.receive;

import dev.merpati.benchmark.load.Call;
import dev.merpati.benchmark.text.NumberRange;
import dev.merpati.cluster.PairedSession;
import dev.merpati.cluster.SimulatorClient;
import dev.merpati.cluster.WebhookDelivery;
import dev.merpati.cluster.WebhookEndpoint;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A phone writes a text to a session, and the tenant's endpoint gets it: each call returns then. Each session has a phone of its own
 * that writes to it. Whatever the endpoint gets that it must not, a second id of one text included, fails the next call.
 */
final class PhoneTexts implements Call, WebhookEndpoint.Listener {
    private static final String TEXT = "Is my order 4711 on its way? It was to be here yesterday between 9 and 12. ";
    private static final int PATIENCE_SECONDS = 60;

    private final SimulatorClient simulator;
    private final List<PairedSession> sessions;
    private final AtomicLong written = new AtomicLong();
    private final Map<String, Text> texts = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable String> problem = new AtomicReference<>();

    /** A text on its way; the id of its event is there when it has arrived. */
    private record Text(String session, CompletableFuture<String> eventId) {}

    PhoneTexts(SimulatorClient simulator, List<PairedSession> sessions) {
        this.simulator = simulator;
        this.sessions = List.copyOf(sessions);
        for (var i = 0; i < sessions.size(); i++) {
            simulator.addPhone(phone(i));
        }
    }

    @Override
    public void perform(int session) throws Exception {
        var to = sessions.get(session);
        var text = TEXT + written.incrementAndGet();
        var eventId = new CompletableFuture<String>();
        texts.put(text, new Text(to.id(), eventId));
        simulator.write(phone(session), Map.of("to", to.phone(), "text", text));
        var _ = eventId.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        requireNoProblem();
    }

    /** @throws IllegalStateException when the endpoint got something that it must not */
    void requireNoProblem() {
        var found = problem.get();
        if (found != null) {
            throw new IllegalStateException(found);
        }
    }

    @Override
    public void kept(WebhookDelivery delivery) {
        var text = texts.get(delivery.data().path("text").asString(""));
        if (text == null || !delivery.sessionId().equals(text.session())) {
            refused("an event that no phone has caused: " + delivery);
        } else if (!text.eventId().complete(delivery.id())
                && !text.eventId().join().equals(delivery.id())) {
            refused("a text under two ids: " + delivery);
        }
    }

    @Override
    public void refused(String found) {
        problem.compareAndSet(null, found);
    }

    private static String phone(int session) {
        return NumberRange.WRITERS.number(session);
    }
}
