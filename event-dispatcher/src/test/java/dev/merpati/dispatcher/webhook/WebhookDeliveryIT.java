package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.dispatcher.http.HttpAnswer;
import dev.merpati.model.Json;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Range;

/** What becomes of events when endpoints fail, on virtual time. */
class WebhookDeliveryIT extends DeliveryFixture {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final UUID bad = UUID.randomUUID();
    private final UUID good = UUID.randomUUID();
    private final Webhook webhook = webhooks.put(tenant, TestWebhooks.webhook("https://hooks.example.com/"));

    @Test
    void anEventThatFailsHoldsItsOwnSessionAndNoOther() {
        List<StoredEvent> events = append(bad, good, bad, good);
        String poison = id(events.get(0));
        endpoint.behave(id -> id.equals(poison) ? FakeEndpoint.status(500) : FakeEndpoint.ok());
        WebhookDeliveries deliveries = start(Map.of());

        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 2)).isTrue();
        deliveries.appended(tenant, append(good, good));
        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 4)).isTrue();
        assertThat(endpoint.accepted).doesNotContain(poison, id(events.get(2)));
        assertThat(time.run(Duration.ofSeconds(20), () -> status().backlog() == 2))
                .isTrue();
        assertThat(status().oldest()).isNotNull();

        endpoint.behave(id -> FakeEndpoint.ok());
        assertThat(time.run(Duration.ofMinutes(10), () -> endpoint.accepted.size() == 6))
                .isTrue();
        assertThat(endpoint.accepted.subList(4, 6)).containsExactly(poison, id(events.get(2)));
        assertThat(time.run(SOON, () -> status().backlog() == 0)).isTrue();
        assertThat(endpoint.repeats).isZero();
    }

    @Test
    void anEventThatFailsForThreeDaysIsGivenUpWhileOthersGoThrough() {
        List<StoredEvent> events = append(bad, bad);
        String poison = id(events.get(0));
        endpoint.behave(id -> id.equals(poison) ? FakeEndpoint.status(500) : FakeEndpoint.ok());
        WebhookDeliveries deliveries = start(Map.of());
        for (int hour = 0; hour < 90 && endpoint.accepted.stream().noneMatch(id(events.get(1))::equals); hour++) {
            deliveries.appended(tenant, append(good));
            time.run(Duration.ofHours(1), () -> false);
        }

        assertThat(endpoint.accepted).contains(id(events.get(1))).doesNotContain(poison);
        assertThat(redis.opsForZSet().range(WebhookKeys.dead(tenant, webhook.id()), 0, -1))
                .containsExactly(poison);
        assertThat(status().dead()).isEqualTo(1);
        assertThat(status().state()).isEqualTo(State.ACTIVE);
        List<DeliveryAttempt> attempts = attemptsOf(poison);
        assertThat(attempts).hasSizeBetween(10, 30);
        assertThat(attempts.getLast().status()).isEqualTo(DeliveryAttempt.DEAD);
        assertThat(Duration.between(attempts.getFirst().at(), attempts.getLast().at()))
                .isGreaterThanOrEqualTo(Duration.ofDays(3));
    }

    @Test
    void aDeadEndpointIsProbedThenDisabledAndItsOwnerToldOnce() {
        endpoint.behave(id -> HttpAnswer.none(HttpAnswer.Result.CONNECTION, "refused"));
        append(Stream.generate(UUID::randomUUID).limit(300).toArray(UUID[]::new));
        start(Map.of());

        time.run(Duration.ofHours(1), () -> false);
        assertThat(status().state()).isEqualTo(State.FAILING);
        assertThat(status().lastError()).isEqualTo("refused");
        int afterAnHour = endpoint.attempts.size();
        assertThat(endpoint.mostUnderWay()).isLessThanOrEqualTo(32);
        time.run(Duration.ofHours(1), () -> false);
        assertThat(endpoint.attempts.size() - afterAnHour).isBetween(4, 12);
        assertThat(endpoint.mostUnderWay()).isEqualTo(1);

        time.run(Duration.ofDays(3), () -> false);
        assertThat(status().state()).isEqualTo(State.DISABLED);
        assertThat(status().disabledReason()).isEqualTo("dead");
        assertThat(redis.opsForSet().members(WebhookKeys.DISABLED_NOTICES))
                .containsExactly(tenant + " " + webhook.id());
        int then = endpoint.attempts.size();
        time.run(Duration.ofDays(1), () -> false);
        assertThat(endpoint.attempts).hasSize(then);
    }

    /** Each failure takes the whole time-out, and the pauses of one event grow: ten of them would take days. */
    @Test
    void anEndpointThatHangsIsFailingSoonWhereFewSessionsWait() {
        endpoint.behave(id -> HttpAnswer.none(HttpAnswer.Result.TIMEOUT, "no answer in time"));
        endpoint.answerAfter(id -> 15_000L);
        append(bad, bad);
        VirtualTime.Program first = time.new Program();
        start(first, store, endpoint, settings(Map.of()));
        assertThat(time.run(Duration.ofMinutes(2), () -> status().state() == State.FAILING))
                .isTrue();
        assertThat(endpoint.attempts).hasSizeLessThan(5);
        assertThat(status().failingSince()).isNotNull();

        // Its next owner probes it too, with one attempt whatever waits.
        first.kill();
        time.run(Duration.ofSeconds(20), () -> false);
        endpoint.mostUnderWay();
        append(Stream.generate(UUID::randomUUID).limit(20).toArray(UUID[]::new));
        start(Map.of());
        time.run(Duration.ofSeconds(10), () -> false);
        assertThat(status().state()).isEqualTo(State.FAILING);
        assertThat(endpoint.mostUnderWay()).isEqualTo(1);

        endpoint.behave(id -> FakeEndpoint.ok());
        assertThat(time.run(Duration.ofMinutes(15), () -> endpoint.accepted.size() == 22))
                .isTrue();
        assertThat(time.run(SOON, () -> status().state() == State.ACTIVE)).isTrue();
    }

    /** A dispatcher that was away has not tried for long. */
    @Test
    void anEndpointIsNotDeadAfterFewAttemptsHoweverLongTheyTook() {
        endpoint.behave(id -> FakeEndpoint.status(500));
        append(bad);
        VirtualTime.Program first = time.new Program();
        start(first, store, endpoint, settings(Map.of()));
        time.run(SOON, () -> false);
        first.kill();
        time.run(Duration.ofDays(4), () -> false);
        start(Map.of());

        assertThat(time.run(Duration.ofMinutes(1), () -> endpoint.attempts.size() >= 3))
                .isTrue();
        assertThat(time.run(SOON, () -> status().state() == State.FAILING)).isTrue();
    }

    @Test
    void goesOnWhereItWasWhenItsOwnerEnablesIt() {
        List<StoredEvent> events = append(bad, good, bad);
        endpoint.behave(id -> FakeEndpoint.status(410));
        WebhookDeliveries deliveries = start(Map.of());
        time.run(SOON, () -> false);
        assertThat(status().state()).isEqualTo(State.DISABLED);
        assertThat(status().disabledReason()).isEqualTo("gone");

        endpoint.behave(id -> FakeEndpoint.ok());
        webhooks.enable(tenant, webhook);
        deliveries.changed(tenant);

        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 3)).isTrue();
        assertThat(endpoint.accepted).containsExactlyInAnyOrderElementsOf(ids(events));
        assertThat(time.run(SOON, () -> status().state() == State.ACTIVE)).isTrue();
    }

    @Test
    void leavesAnEndpointAloneForAsLongAsItAsks() {
        append(bad);
        endpoint.behave(id -> new HttpAnswer(
                HttpAnswer.Result.CLIENT_ERROR, 429, "the endpoint answered 429", "", Duration.ofMinutes(7)));
        WebhookDeliveries deliveries = start(Map.of());
        time.run(SOON, () -> false);
        assertThat(endpoint.attempts).hasSize(1);
        endpoint.behave(id -> FakeEndpoint.ok());
        deliveries.appended(tenant, append(good));

        time.run(Duration.ofMinutes(6), () -> false);
        assertThat(endpoint.attempts).hasSize(1);
        assertThat(time.run(Duration.ofMinutes(2), () -> endpoint.accepted.size() == 2))
                .isTrue();
    }

    @Test
    void aSessionWithManyEventsDelaysNoOther() {
        append(Stream.generate(() -> bad).limit(400).toArray(UUID[]::new));
        endpoint.answerAfter(id -> 1_000L);
        List<StoredEvent> late = append(good);
        start(Map.of("merpati.webhooks.window-events", "20"));

        assertThat(time.run(Duration.ofSeconds(30), () -> endpoint.accepted.contains(id(late.getFirst()))))
                .isTrue();
        assertThat(time.run(Duration.ofSeconds(500), () -> endpoint.accepted.size() == 401))
                .isTrue();
        assertThat(endpoint.repeats).isZero();
        List<String> ofBad = new ArrayList<>(endpoint.accepted);
        ofBad.remove(id(late.getFirst()));
        assertThat(ofBad).isSorted();
    }

    @Test
    void aLargeBacklogOfADeadEndpointFillsNoMemoryAndComesThroughOnce() {
        endpoint.behave(id -> FakeEndpoint.status(503));
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            expected.addAll(ids(append(Stream.generate(() -> random.nextBoolean() ? good : UUID.randomUUID())
                    .limit(100)
                    .toArray(UUID[]::new))));
        }
        start(Map.of());
        time.run(Duration.ofHours(2), () -> false);
        assertThat(status().backlog()).isEqualTo(2_000);

        endpoint.behave(id -> FakeEndpoint.ok());
        assertThat(time.run(Duration.ofHours(1), () -> endpoint.accepted.size() == 2_000))
                .isTrue();
        assertThat(new HashSet<>(endpoint.accepted)).isEqualTo(expected);
        assertThat(endpoint.repeats).isZero();
    }

    @Test
    void sendsAPingAtOnceEvenWhenItIsDisabled() {
        endpoint.behave(id -> FakeEndpoint.status(410));
        append(bad);
        WebhookDeliveries deliveries = start(Map.of());
        time.run(SOON, () -> status().state() == State.DISABLED);
        redis.opsForList().leftPush(WebhookKeys.pings(tenant, webhook.id()), "request1");
        deliveries.changed(tenant);
        time.run(SOON, () -> false);

        String result = redis.opsForValue().get(WebhookKeys.pingResult(tenant, webhook.id(), "request1"));
        DeliveryAttempt attempt = Json.MAPPER.readValue(Objects.requireNonNull(result), DeliveryAttempt.class);
        assertThat(attempt.type()).isEqualTo("ping");
        assertThat(attempt.statusCode()).isEqualTo(410);
        assertThat(attempt.status()).isEqualTo(DeliveryAttempt.FAILED);
        assertThat(attemptsOf(attempt.eventId())).hasSize(1);
    }

    @Test
    void deliversAgainWhatAReplayAsksForUnderTheSameIds() {
        List<StoredEvent> events = append(bad, good, bad, good, bad);
        WebhookDeliveries deliveries = start(Map.of());
        time.run(SOON, () -> endpoint.accepted.size() == 5);
        int before = endpoint.attempts.size();
        ask(new Replay("r1", events.get(1).id(), events.get(3).id(), List.of(), false, time.instant(), null));
        deliveries.changed(tenant);
        time.run(SOON, () -> false);

        assertThat(endpoint.attempts.subList(before, endpoint.attempts.size()))
                .containsExactlyInAnyOrderElementsOf(ids(events.subList(1, 4)));
        assertThat(redis.opsForHash().size(WebhookKeys.replays(tenant, webhook.id())))
                .isZero();
        assertThat(attemptsOf(id(events.get(2))))
                .extracting(DeliveryAttempt::replay)
                .containsExactly(false, true);
    }

    @Test
    void replaysOnlyWhatWasGivenUpAndTakesItFromTheList() {
        List<StoredEvent> events = append(bad, good, bad);
        WebhookDeliveries deliveries = start(Map.of());
        time.run(SOON, () -> endpoint.accepted.size() == 3);
        redis.opsForZSet().add(WebhookKeys.dead(tenant, webhook.id()), id(events.get(2)), 0);
        ask(new Replay("r1", new EventId(0, 0), events.get(2).id(), List.of(), true, time.instant(), null));
        deliveries.changed(tenant);
        time.run(SOON, () -> false);

        assertThat(endpoint.attempts.subList(3, endpoint.attempts.size())).containsExactly(id(events.get(2)));
        assertThat(redis.opsForZSet().size(WebhookKeys.dead(tenant, webhook.id())))
                .isZero();
        assertThat(status().dead()).isZero();
    }

    @Test
    void countsWhatWasRemovedBeforeItCouldBeDelivered() {
        WebhookDeliveries deliveries = start(Map.of());
        deliveries.appended(tenant, append(good));
        time.run(SOON, () -> endpoint.accepted.size() == 1);
        append(good, good, good);
        redis.opsForStream().trim(EventKeys.stream(tenant), 1);
        redis.delete(EventKeys.ofSession(tenant, good));
        deliveries.appended(tenant, append(good));

        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 3)).isTrue();
        assertThat(time.run(SOON, () -> status().dead() == 2)).isTrue();
    }

    @Test
    void savingHoldsUpNoFastEndpoint() {
        append(Stream.generate(UUID::randomUUID).limit(100).toArray(UUID[]::new));
        start(Map.of("merpati.webhooks.window-events", "8", "merpati.webhooks.save-interval", "10s"));

        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 100)).isTrue();
    }

    @Test
    void readsEventsThatNobodyToldOfWhenItLooksAgain() {
        WebhookDeliveries deliveries = start(Map.of());
        deliveries.appended(tenant, append(good));
        time.run(SOON, () -> endpoint.accepted.size() == 1);
        append(good);
        deliveries.reload();

        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 2)).isTrue();
    }

    @Test
    void aDeletedWebhookGetsNothingAndLeavesNothingBehind() {
        WebhookDeliveries deliveries = start(Map.of());
        deliveries.appended(tenant, append(good));
        time.run(SOON, () -> endpoint.accepted.size() == 1);
        time.run(SOON, () -> false);
        webhooks.delete(tenant, webhook);
        deliveries.changed(tenant);
        time.run(SOON, () -> false);
        deliveries.appended(tenant, append(good));
        time.run(SOON, () -> false);

        assertThat(endpoint.attempts).hasSize(1);
        assertThat(redis.keys("*webhook:*")).isEmpty();
    }

    @Test
    void anotherOwnerGoesOnWhereOneStopped() {
        VirtualTime.Program first = time.new Program();
        WebhookDeliveries before = start(first, store, endpoint, settings(Map.of()));
        before.appended(tenant, append(good, bad, good));
        time.run(SOON, () -> endpoint.accepted.size() == 3);
        time.run(SOON, () -> false);
        first.kill();
        append(good);
        start(Map.of());

        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 4)).isTrue();
        assertThat(endpoint.repeats).isZero();
    }

    private void ask(Replay replay) {
        redis.opsForHash()
                .put(WebhookKeys.replays(tenant, webhook.id()), replay.id(), Json.MAPPER.writeValueAsString(replay));
    }

    private dev.merpati.model.webhook.WebhookStatus status() {
        return webhooks.status(tenant, webhook);
    }

    private List<DeliveryAttempt> attemptsOf(String eventId) {
        return Objects.requireNonNull(redis.<String, String>opsForStream()
                        .range(WebhookKeys.deliveries(tenant, webhook.id()), Range.unbounded()))
                .stream()
                .map(entry -> Json.MAPPER.readValue(entry.getValue().get("attempt"), DeliveryAttempt.class))
                .filter(attempt -> attempt.eventId().equals(eventId))
                .toList();
    }

    private static List<String> ids(List<StoredEvent> events) {
        return events.stream().map(WebhookDeliveryIT::id).toList();
    }

    private static String id(StoredEvent event) {
        return event.id().toString();
    }
}
