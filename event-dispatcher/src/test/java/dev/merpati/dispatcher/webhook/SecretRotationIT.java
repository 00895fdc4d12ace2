package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.dispatcher.http.HttpPoster;
import dev.merpati.dispatcher.webhook.TestEndpoint.Received;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Secrets that change while deliveries are under way: a receiver that knows the old or the new one can verify each. */
class SecretRotationIT extends DeliveryFixture {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration OVERLAP = Duration.ofHours(24);

    private final String first = TestWebhooks.newSecret();
    private final String second = TestWebhooks.newSecret();
    private final String third = TestWebhooks.newSecret();
    private final UUID bad = UUID.randomUUID();
    private final UUID good = UUID.randomUUID();
    private final List<Received> received = new ArrayList<>();
    private final HttpPoster listening = (name, url, headers, body) -> {
        received.add(new Received("POST", "", Map.copyOf(headers), new String(body, StandardCharsets.UTF_8)));
        return endpoint.post(name, url, headers, body);
    };
    private final Webhook webhook = TestWebhooks.webhook("https://hooks.example.com/");

    @Test
    void bothSecretsSignDuringTheOverlapAndTheNewOneAloneAfterwards() {
        secrets(secret(first, null));
        WebhookDeliveries deliveries = start(time.new Program(), store, listening, settings(Map.of()));
        deliver(deliveries);
        Instant end = time.instant().plus(OVERLAP);
        secrets(secret(second, null), secret(first, end));
        deliveries.changed(tenant);
        time.run(Duration.ofMillis(1), () -> false);
        deliver(deliveries);
        time.run(OVERLAP.minus(Duration.ofMinutes(1)), () -> false);
        deliver(deliveries);
        time.run(Duration.ofMinutes(2), () -> false);
        deliver(deliveries);

        assertThat(received).hasSize(4);
        assertThat(received.get(0)).satisfies(each -> isSignedWith(each, List.of(first), List.of(second)));
        assertThat(received.subList(1, 3))
                .allSatisfy(each -> isSignedWith(each, List.of(second, first), List.of(third)));
        assertThat(received.get(3)).satisfies(each -> isSignedWith(each, List.of(second), List.of(first)));
    }

    @Test
    void aSecondRotationWithinTheOverlapKeepsAllThatMaySign() {
        secrets(secret(first, null));
        WebhookDeliveries deliveries = start(time.new Program(), store, listening, settings(Map.of()));
        Instant end = time.instant().plus(OVERLAP);
        secrets(secret(second, null), secret(first, end));
        deliveries.changed(tenant);
        time.run(Duration.ofHours(12), () -> false);
        secrets(secret(third, null), secret(second, end.plus(Duration.ofHours(12))), secret(first, end));
        deliveries.changed(tenant);
        time.run(Duration.ofMillis(1), () -> false);
        deliver(deliveries);
        time.run(Duration.ofHours(18), () -> false);
        deliver(deliveries);
        time.run(Duration.ofHours(18), () -> false);
        deliver(deliveries);

        assertThat(received.get(0)).satisfies(each -> isSignedWith(each, List.of(third, second, first), List.of()));
        assertThat(received.get(1)).satisfies(each -> isSignedWith(each, List.of(third, second), List.of(first)));
        assertThat(received.get(2)).satisfies(each -> isSignedWith(each, List.of(third), List.of(second, first)));
    }

    /** An attempt is signed when it is made, by the secrets of that moment, and a rotation neither repeats nor drops one. */
    @Test
    void whatIsUnderWayEndsAndWhatIsTriedAgainIsSignedAnew() {
        secrets(secret(first, null));
        endpoint.answerAfter(id -> 2_000L);
        WebhookDeliveries deliveries = start(time.new Program(), store, listening, settings(Map.of()));
        List<StoredEvent> events = append(bad, good, bad, good);
        String poison = events.getFirst().id().toString();
        endpoint.behave(id -> id.equals(poison) ? FakeEndpoint.status(500) : FakeEndpoint.ok());
        deliveries.appended(tenant, events);
        assertThat(time.run(SOON, () -> received.size() == 2)).isTrue();

        secrets(secret(second, null), secret(first, time.instant().plus(OVERLAP)));
        deliveries.changed(tenant);
        time.run(Duration.ofMillis(2_500), () -> false);
        endpoint.behave(id -> FakeEndpoint.ok());

        assertThat(time.run(Duration.ofMinutes(5), () -> endpoint.accepted.size() == 4))
                .isTrue();
        assertThat(endpoint.repeats).isZero();
        assertThat(received).hasSize(5);
        assertThat(received.subList(0, 2)).allSatisfy(each -> isSignedWith(each, List.of(first), List.of(second)));
        assertThat(received.subList(2, 5)).allSatisfy(each -> isSignedWith(each, List.of(second, first), List.of()));
    }

    private void deliver(WebhookDeliveries deliveries) {
        int before = endpoint.accepted.size();
        deliveries.appended(tenant, append(good));
        assertThat(time.run(SOON, () -> endpoint.accepted.size() == before + 1)).isTrue();
    }

    private void isSignedWith(Received request, List<String> secrets, List<String> others) {
        assertThat(request.headers().getOrDefault("webhook-signature", "").split(" "))
                .hasSize(secrets.size());
        assertThat(secrets).allMatch(secret -> TestWebhooks.isSignedWith(secret, request));
        assertThat(others).noneMatch(secret -> TestWebhooks.isSignedWith(secret, request));
    }

    private Webhook.Secret secret(String secret, @Nullable Instant until) {
        return webhooks.sealed(tenant, webhook.id(), secret, until);
    }

    private void secrets(Webhook.Secret... secrets) {
        webhooks.put(tenant, webhook.withSecrets(List.of(secrets)));
    }
}
