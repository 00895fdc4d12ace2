package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.merpati.model.Json;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Range;

/** Events that Redis no longer has: lost in a crash, and appended again later, or removed for good. */
class LostEventsIT extends DeliveryFixture {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final UUID bad = UUID.randomUUID();
    private final UUID good = UUID.randomUUID();
    private final Webhook webhook = webhooks.put(tenant, TestWebhooks.webhook("https://hooks.example.com/"));

    /** The position is beyond the stream, and Redis knows neither it nor the save before. */
    @Test
    void whatWasDeliveredBeforeRedisLostItIsNotDeliveredAgain() {
        WebhookDeliveries deliveries = start(Map.of());
        deliveries.appended(tenant, append(good, bad));
        time.run(SOON, () -> false);
        Kept kept = keep();
        deliveries.appended(tenant, append(good, bad, good));
        time.run(SOON, () -> false);
        assertThat(endpoint.accepted).hasSize(5);

        forget(kept);
        deliveries.appended(tenant, List.of());
        time.run(SOON, () -> false);
        appendAgain(kept).forEach(events -> deliveries.appended(tenant, events));
        deliveries.appended(tenant, append(bad));

        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 6)).isTrue();
        assertThat(time.run(SOON, () -> status().backlog() == 0)).isTrue();
        assertThat(endpoint.repeats).isZero();
        assertThat(status().dead()).isZero();
        time.run(SOON, () -> false);
        start(Map.of());
        time.run(SOON, () -> false);
        assertThat(endpoint.repeats)
                .as("the position was written again, all of it")
                .isZero();
    }

    /** The same for a session that waits for an event which Redis has lost: it must neither be given up nor passed over. */
    @Test
    void anEventThatIsTriedAgainSurvivesItsLossInRedis() {
        WebhookDeliveries deliveries = start(Map.of());
        time.run(SOON, () -> false);
        Kept kept = keep();
        List<StoredEvent> events = append(bad, bad, good, bad);
        String poison = id(events.getFirst());
        endpoint.behave(id -> id.equals(poison) ? FakeEndpoint.status(500) : FakeEndpoint.ok());
        deliveries.appended(tenant, events);
        time.run(Duration.ofSeconds(2), () -> false);
        assertThat(endpoint.accepted).containsExactly(id(events.get(2)));

        forget(kept);
        endpoint.behave(id -> FakeEndpoint.ok());
        time.run(Duration.ofMinutes(5), () -> false);
        assertThat(endpoint.accepted).hasSize(1);
        appendAgain(kept).forEach(again -> deliveries.appended(tenant, again));

        assertThat(time.run(Duration.ofSeconds(20), () -> endpoint.accepted.size() == 4))
                .isTrue();
        assertThat(endpoint.accepted.subList(1, 4)).containsExactly(poison, id(events.get(1)), id(events.get(3)));
        assertThat(time.run(SOON, () -> status().backlog() == 0)).isTrue();
        assertThat(status().dead()).isZero();
        assertThat(endpoint.repeats).isZero();
    }

    /** What the tenant sees of events that were removed while its endpoint was away. */
    @Test
    void eventsThatWereRemovedBeforeTheirDeliveryAreCountedListedAndPassedOver() {
        endpoint.behave(id -> FakeEndpoint.status(500));
        WebhookDeliveries deliveries = start(Map.of("merpati.webhooks.failures-to-pause", "1"));
        List<StoredEvent> tried = append(bad, good);
        deliveries.appended(tenant, tried);
        time.run(Duration.ofSeconds(1), () -> false);
        assertThat(status().state()).isEqualTo(WebhookStatus.State.FAILING);
        List<StoredEvent> waiting = append(bad, UUID.randomUUID(), UUID.randomUUID());
        deliveries.appended(tenant, waiting);
        removeUpTo(waiting.get(1));

        endpoint.behave(id -> FakeEndpoint.ok());
        assertThat(time.run(Duration.ofMinutes(5), () -> endpoint.accepted.size() == 1))
                .isTrue();
        time.run(SOON, () -> false);

        assertThat(endpoint.accepted).containsExactly(id(waiting.get(2)));
        assertThat(status().state()).isEqualTo(WebhookStatus.State.ACTIVE);
        assertThat(status().backlog()).isZero();
        assertThat(status().dead()).as("two that were tried, two that were not").isEqualTo(4);
        assertThat(meters.get("merpati.dispatcher.webhook.dead").counter().count())
                .isEqualTo(4);
        assertThat(attempts())
                .filteredOn(attempt -> "the event is no longer kept".equals(attempt.error()))
                .extracting(DeliveryAttempt::eventId, DeliveryAttempt::status, DeliveryAttempt::sessionId)
                .containsExactlyInAnyOrder(
                        tuple(id(tried.get(0)), DeliveryAttempt.DEAD, bad.toString()),
                        tuple(id(tried.get(1)), DeliveryAttempt.DEAD, good.toString()));
    }

    /** As the script does that removes what is too old. */
    private void removeUpTo(StoredEvent event) {
        redis.opsForStream()
                .delete(
                        EventKeys.stream(tenant),
                        Objects.requireNonNull(redis.opsForStream()
                                        .range(
                                                EventKeys.stream(tenant),
                                                Range.closed("-", event.id().entryId())))
                                .stream()
                                .map(entry -> entry.getId().getValue())
                                .toArray(String[]::new));
        for (UUID session : List.of(bad, good)) {
            redis.opsForZSet()
                    .removeRangeByLex(
                            EventKeys.ofSession(tenant, session),
                            Range.of(Range.Bound.unbounded(), Range.Bound.inclusive(id(event))));
        }
        redis.opsForHash().put(EventKeys.progress(tenant), "trimmed", id(event));
    }

    private WebhookStatus status() {
        return webhooks.status(tenant, webhook);
    }

    private List<DeliveryAttempt> attempts() {
        return Objects.requireNonNull(redis.<String, String>opsForStream()
                        .range(WebhookKeys.deliveries(tenant, webhook.id()), Range.unbounded()))
                .stream()
                .map(entry -> Json.MAPPER.readValue(entry.getValue().get("attempt"), DeliveryAttempt.class))
                .toList();
    }

    private static String id(StoredEvent event) {
        return event.id().toString();
    }
}
