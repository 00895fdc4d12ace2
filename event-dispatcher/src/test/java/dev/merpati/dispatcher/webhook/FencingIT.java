package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.dispatcher.http.HttpAnswer;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus.State;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dispatcher that no longer owns a tenant changes nothing of what its successor has written. */
class FencingIT extends DeliveryFixture {
    private static final Duration SOON = Duration.ofSeconds(5);
    /** Less than the pause after which a dispatcher that was refused asks again whether the webhook is its own. */
    private static final Duration BEFORE_THE_NEXT_TRY = Duration.ofMillis(900);

    private final UUID[] sessions = Stream.generate(UUID::randomUUID).limit(4).toArray(UUID[]::new);
    private final Webhook webhook = webhooks.put(tenant, TestWebhooks.webhook("https://hooks.example.com/"));

    /** What the frozen dispatcher gets to hear when it wakes up would all be written: attempts, positions, states. */
    @ParameterizedTest
    @ValueSource(ints = {200, 500, 410})
    void oneThatWasFrozenWritesNothingOverItsSuccessor(int answer) {
        VirtualTime.Program frozen = time.new Program();
        WebhookDeliveries before = start(frozen, store, endpoint, settings(Map.of()));
        List<StoredEvent> first = append(sessions);
        before.appended(tenant, first);
        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 4)).isTrue();
        time.run(SOON, () -> false);
        endpoint.behave(id -> answer == 200 ? FakeEndpoint.ok() : FakeEndpoint.status(answer));
        before.appended(tenant, append(sessions));
        assertThat(time.run(SOON, () -> endpoint.attempts.size() == 8)).isTrue();
        frozen.freeze();
        endpoint.behave(id -> FakeEndpoint.ok());
        WebhookDeliveries successor = start(Map.of());
        successor.appended(tenant, append(sessions));
        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 12)).isTrue();
        time.run(Duration.ofSeconds(20), () -> false);
        Map<String, String> written = everything();

        frozen.thaw();
        time.run(BEFORE_THE_NEXT_TRY, () -> false);

        assertThat(everything()).isEqualTo(written);
        assertThat(redis.opsForSet().members(WebhookKeys.DISABLED_NOTICES)).isEmpty();
        before.lost(Set.of(0));
        successor.appended(tenant, append(sessions));
        assertThat(time.run(SOON, () -> endpoint.accepted.size() == 16)).isTrue();
        assertThat(time.run(SOON, () -> webhooks.status(tenant, webhook).backlog() == 0))
                .isTrue();
        assertThat(webhooks.status(tenant, webhook).state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void oneThatHasLostItsPartitionWritesNothing() {
        WebhookDeliveries before = start(Map.of());
        before.appended(tenant, append(sessions));
        time.run(SOON, () -> false);
        endpoint.behave(id -> HttpAnswer.none(HttpAnswer.Result.CONNECTION, "refused"));
        endpoint.answerAfter(id -> 1_000L);
        before.appended(tenant, append(sessions));
        assertThat(time.run(SOON, () -> endpoint.attempts.size() == 8)).isTrue();
        Map<String, String> written = everything();

        before.lost(Set.of(0));
        time.run(Duration.ofMinutes(1), () -> false);

        assertThat(everything()).isEqualTo(written);
        assertThat(endpoint.attempts).hasSize(8);
    }

    /** Every key and what is in it, as Redis itself writes it down. */
    private Map<String, String> everything() {
        Map<String, String> all = new TreeMap<>();
        keep().dumps().forEach((key, dump) -> all.put(key, HexFormat.of().formatHex(dump)));
        return all;
    }
}
