package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.dispatcher.http.HttpAnswer;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.Webhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any order of events, crashes, owners that were frozen and wake up, failures of Redis and answers of an endpoint, and a Redis that
 * loses its last writes: no event is lost or gets a second id, and each session's come in order.
 */
class DeliveryModelIT extends DeliveryFixture {
    private static final int EVENTS = 250;

    DeliveryModelIT() {
        super(new Random());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void losesNothingAndKeepsTheOrderOfEachSession(long seed) {
        random.setSeed(seed);
        UUID[] sessions = Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()))
                .limit(7)
                .toArray(UUID[]::new);
        Map<String, Integer> failuresLeft = new HashMap<>();
        endpoint.behave(id -> answer(failuresLeft, id));
        endpoint.answerAfter(id -> (long) random.nextInt(random.nextInt(20) == 0 ? 15_000 : 100));
        Webhook webhook = webhooks.put(tenant, TestWebhooks.webhook("https://hooks.example.com/"));
        Map<UUID, List<String>> expected = new LinkedHashMap<>();
        Map<EventId, List<StoredEvent>> stored = new HashMap<>();
        VirtualTime.Program process = time.new Program();
        WebhookDeliveries owner = restart(process);
        Kept kept = keep();

        for (int sent = 0; sent < EVENTS; ) {
            UUID[] some = new UUID[1 + random.nextInt(random.nextInt(5) == 0 ? 30 : 3)];
            UUID favourite = sessions[random.nextInt(sessions.length)];
            for (int i = 0; i < some.length; i++) {
                some[i] = random.nextInt(3) == 0 ? favourite : sessions[random.nextInt(sessions.length)];
            }
            List<StoredEvent> events = append(some);
            events.forEach(event -> expected.computeIfAbsent(event.sessionId(), id -> new ArrayList<>())
                    .add(event.id().toString()));
            stored.put(events.getFirst().id(), events);
            sent += events.size();
            if (random.nextInt(4) > 0) {
                owner.appended(tenant, events);
            }
            time.run(Duration.ofMillis(random.nextInt(random.nextInt(8) == 0 ? 60_000 : 300)), () -> false);
            switch (random.nextInt(12)) {
                case 0 -> {
                    process.kill();
                    process = time.new Program();
                    owner = restart(process);
                }
                case 1 -> {
                    // The owner of before goes on, as one does that was frozen.
                    process = time.new Program();
                    owner = restart(process);
                }
                case 2 -> owner.reload();
                case 3 -> kept = keep();
                case 4 -> {
                    forget(kept);
                    time.run(Duration.ofMillis(random.nextInt(3_000)), () -> false);
                    for (List<StoredEvent> again : appendAgain(kept)) {
                        assertThat(again).isEqualTo(stored.get(again.getFirst().id()));
                        owner.appended(tenant, again);
                    }
                }
                default -> {
                    // Nothing happens.
                }
            }
        }
        owner.reload();
        boolean all = time.run(Duration.ofDays(3), () -> endpoint.accepted.size() == EVENTS + overshoot(expected));

        Set<String> lost = new HashSet<>();
        expected.values().forEach(lost::addAll);
        endpoint.accepted.forEach(lost::remove);
        assertThat(lost).as("lost with seed %d", seed).isEmpty();
        assertThat(all).isTrue();
        expected.forEach((session, ids) -> assertThat(endpoint.accepted.stream().filter(new HashSet<>(ids)::contains))
                .as("order of a session with seed %d", seed)
                .containsExactlyElementsOf(ids));
        assertThat(time.run(
                        Duration.ofMinutes(5),
                        () -> webhooks.status(tenant, webhook).backlog() == 0))
                .isTrue();
    }

    private static int overshoot(Map<UUID, List<String>> expected) {
        return expected.values().stream().mapToInt(List::size).sum() - EVENTS;
    }

    private HttpAnswer answer(Map<String, Integer> failuresLeft, String id) {
        int left = failuresLeft.computeIfAbsent(
                id, _ -> random.nextInt(10) > 0 ? 0 : random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(8));
        if (left == 0) {
            return FakeEndpoint.ok();
        }
        failuresLeft.put(id, left - 1);
        return switch (random.nextInt(4)) {
            case 0 -> HttpAnswer.none(HttpAnswer.Result.TIMEOUT, "no answer in time");
            case 1 ->
                new HttpAnswer(
                        HttpAnswer.Result.CLIENT_ERROR,
                        429,
                        "the endpoint answered 429",
                        "",
                        Duration.ofSeconds(random.nextInt(120)));
            default -> FakeEndpoint.status(500);
        };
    }

    private WebhookDeliveries restart(VirtualTime.Program process) {
        return start(
                process,
                FlakyStore.around(store, random, 3),
                endpoint,
                settings(Map.of(
                        "merpati.webhooks.window-events", "12",
                        "merpati.webhooks.max-parallel", "4",
                        "merpati.webhooks.failures-to-pause", "4",
                        "merpati.webhooks.max-blocked-sessions", "3",
                        "merpati.webhooks.longest-retry", "10m")));
    }
}
