package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.Json;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replays that something comes in between of: each event comes under its own id, in the order of its session, and the replay ends. */
class InterruptedReplayIT extends DeliveryFixture {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofMinutes(30);
    private static final int EVENTS = 40;
    private static final int WINDOW = 8;
    private static final Map<String, String> SETTINGS =
            Map.of("merpati.webhooks.max-parallel", "4", "merpati.webhooks.window-events", String.valueOf(WINDOW));

    private final UUID[] sessions = Stream.generate(UUID::randomUUID).limit(4).toArray(UUID[]::new);
    private final Webhook webhook = webhooks.put(tenant, TestWebhooks.webhook("https://hooks.example.com/"));
    private final List<StoredEvent> events = append(IntStream.range(0, EVENTS)
            .mapToObj(i -> sessions[i % sessions.length])
            .toArray(UUID[]::new));
    private VirtualTime.Program process = time.new Program();
    private WebhookDeliveries deliveries = start(process, store, endpoint, settings(SETTINGS));

    /** Where the attempts of the replay begin in those that the endpoint got. */
    private int begin;

    /** Everything was delivered, and some of it once more when the test comes in between. */
    @BeforeEach
    void beginReplay() {
        assertThat(time.run(LONG, () -> endpoint.accepted.size() == EVENTS)).isTrue();
        time.run(SOON, () -> false);
        assertThat(endpoint.repeats).isZero();
        begin = endpoint.attempts.size();
        endpoint.answerAfter(id -> 100L);
        ask("r1", events);
        deliveries.changed(tenant);
        assertThat(time.run(SOON, () -> replayed().size() == EVENTS / 4)).isTrue();
    }

    @Test
    void aSuccessorGoesOnWhereADispatcherWasKilled() {
        process.kill();
        restart();

        awaitEnd();
        assertReplayed(events);
        assertThat(replayed()).hasSizeLessThanOrEqualTo(EVENTS + WINDOW);
    }

    @Test
    void onlyTheFormerOwnersRestIsReplayedAfterAHandOver() {
        time.run(Duration.ofMillis(300), () -> false);
        deliveries.lost(java.util.Set.of(0));
        restart();

        awaitEnd();
        assertReplayed(events);
        assertThat(replayed()).hasSizeLessThanOrEqualTo(EVENTS + WINDOW);
    }

    @Test
    void anEndpointThatGoesDownGetsTheRestWhenItIsBack() {
        endpoint.behave(id -> FakeEndpoint.status(500));
        time.run(Duration.ofMinutes(20), () -> false);
        assertThat(webhooks.status(tenant, webhook).state()).isEqualTo(State.FAILING);
        int whileDown = replayed().size();
        endpoint.behave(id -> FakeEndpoint.ok());

        awaitEnd();
        assertThat(new HashSet<>(replayed())).isEqualTo(new HashSet<>(ids(events)));
        assertInOrder(replayed().subList(whileDown, replayed().size()));
        assertThat(webhooks.status(tenant, webhook).state()).isEqualTo(State.ACTIVE);
        assertThat(webhooks.status(tenant, webhook).dead()).isZero();
    }

    @Test
    void aSecondReplayComesAfterTheFirst() {
        List<StoredEvent> some = events.subList(5, 15);
        ask("r2", some);
        deliveries.changed(tenant);

        awaitEnd();
        List<String> all = replayed();
        assertThat(all).hasSize(EVENTS + some.size());
        assertThat(all.subList(0, EVENTS)).containsExactlyInAnyOrderElementsOf(ids(events));
        assertThat(all.subList(EVENTS, all.size())).containsExactlyInAnyOrderElementsOf(ids(some));
    }

    @Test
    void liveEventsComeDuringAReplay() {
        List<StoredEvent> live = append(sessions);
        deliveries.appended(tenant, live);
        assertThat(time.run(Duration.ofSeconds(1), () -> endpoint.accepted.containsAll(ids(live))))
                .isTrue();
        assertThat(replays()).isOne();

        awaitEnd();
        List<String> all = replayed();
        all.removeAll(ids(live));
        assertThat(all).containsExactlyInAnyOrderElementsOf(ids(events));
    }

    @Test
    void aWebhookThatIsDeletedGetsNothingMoreAndLeavesNothing() {
        webhooks.delete(tenant, webhook);
        deliveries.changed(tenant);
        time.run(SOON, () -> false);
        int then = endpoint.attempts.size();
        time.run(LONG, () -> false);

        assertThat(then - begin).isLessThanOrEqualTo(EVENTS / 4 + 4);
        assertThat(endpoint.attempts).hasSize(then);
        assertThat(redis.keys("*webhook:*")).isEmpty();
    }

    @Test
    void aWebhookThatIsDisabledWaitsAndGetsTheRestWhenItIsEnabled() {
        webhooks.put(tenant, TestWebhooks.disabled(webhook));
        deliveries.changed(tenant);
        time.run(SOON, () -> false);
        int then = endpoint.attempts.size();
        time.run(Duration.ofHours(5), () -> false);
        assertThat(endpoint.attempts).hasSize(then);
        assertThat(webhooks.status(tenant, webhook).state()).isEqualTo(State.DISABLED);
        assertThat(replays()).isOne();

        webhooks.enable(tenant, webhook);
        deliveries.changed(tenant);

        awaitEnd();
        assertReplayed(events);
        assertThat(replayed()).as("a clean stop repeats nothing").hasSize(EVENTS);
    }

    private void restart() {
        process = time.new Program();
        deliveries = start(process, store, endpoint, settings(SETTINGS));
    }

    private void ask(String id, List<StoredEvent> of) {
        Replay replay = new Replay(id, of.getFirst().id(), of.getLast().id(), List.of(), false, time.instant(), null);
        redis.opsForHash().put(WebhookKeys.replays(tenant, webhook.id()), id, Json.MAPPER.writeValueAsString(replay));
    }

    private long replays() {
        return redis.opsForHash().size(WebhookKeys.replays(tenant, webhook.id()));
    }

    private void awaitEnd() {
        assertThat(time.run(LONG, () -> replays() == 0)).isTrue();
        time.run(SOON, () -> false);
    }

    /** The ids of all attempts since the replay was asked for. */
    private List<String> replayed() {
        return new ArrayList<>(endpoint.attempts.subList(begin, endpoint.attempts.size()));
    }

    private void assertReplayed(List<StoredEvent> expected) {
        assertThat(new HashSet<>(replayed())).isEqualTo(new HashSet<>(ids(expected)));
        assertInOrder(replayed());
    }

    /** By the first time that each came. */
    private void assertInOrder(List<String> attempts) {
        for (UUID session : sessions) {
            List<String> ofSession = ids(events.stream()
                    .filter(event -> event.sessionId().equals(session))
                    .toList());
            assertThat(attempts.stream().filter(ofSession::contains).distinct()).isSorted();
        }
    }

    private static List<String> ids(List<StoredEvent> of) {
        return of.stream().map(event -> event.id().toString()).toList();
    }
}
