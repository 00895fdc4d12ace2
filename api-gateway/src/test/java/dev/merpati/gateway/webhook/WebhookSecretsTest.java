package dev.merpati.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.model.webhook.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WebhookSecretsTest {
    private static final Instant NOW = Instant.parse("2026-11-27T10:56:01Z");

    private final WebhookSecrets secrets =
            new WebhookSecrets(new WebhookSettings("dGhpcyBpcyBhIGtleSB0aGF0IG9ubHkgdGVzdHMgdXM=", false, false, 20));

    static Webhook withDescription(Webhook webhook, String description) {
        return new Webhook(
                webhook.id(),
                webhook.url(),
                webhook.types(),
                webhook.sessionIds(),
                description,
                webhook.headers(),
                webhook.secrets(),
                webhook.createdAt(),
                webhook.enabled(),
                webhook.after());
    }

    @Test
    void makesNoIdAndNoSecretTwice() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String id = WebhookSecrets.newId();
            assertThat(id).matches("wh_[0-9A-Za-z]{22}");
            made.add(id);
            made.add(secrets.open("acme", id, secrets.newSealed("acme", id)));
        }
        assertThat(made).hasSize(2_000);
    }

    @Test
    void opensASecretOnlyForTheWebhookThatItBelongsTo() {
        String sealed = secrets.newSealed("acme", "wh_1");

        assertThatThrownBy(() -> secrets.open("acme", "wh_2", sealed)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> secrets.open("other", "wh_1", sealed)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void letsTheSecretBeforeSignForADay() {
        List<Webhook.Secret> once = WebhookSecrets.rotated(List.of(new Webhook.Secret("first", null)), "second", NOW);
        assertThat(once)
                .containsExactly(
                        new Webhook.Secret("second", null),
                        new Webhook.Secret("first", NOW.plus(Duration.ofHours(24))));

        List<Webhook.Secret> again = WebhookSecrets.rotated(once, "third", NOW.plus(Duration.ofHours(24)));
        assertThat(again).extracting(Webhook.Secret::sealed).containsExactly("third", "second");

        List<Webhook.Secret> many = once;
        for (int i = 0; i < 10; i++) {
            many = WebhookSecrets.rotated(many, "secret " + i, NOW);
        }
        assertThat(many)
                .extracting(Webhook.Secret::sealed)
                .containsExactly("secret 9", "secret 8", "secret 7", "secret 6", "secret 5");
    }
}
