package dev.merpati.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SseClient;
import dev.merpati.gateway.harness.TestEvents;
import dev.merpati.model.Json;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the owner of an account has of events and webhooks: mails, the console's cookie, the export. */
class OwnerEventsIT {
    private final GatewayHarness gateway = AccountGateway.get();
    private final RedisCommands<String, String> redis = gateway.worker().redis();
    private final String email = AccountGateway.newEmail();
    private final Browser browser = AccountGateway.signedUp(email);
    private final String tenantId = Objects.requireNonNull(
            gateway.context().getBean(EmailIndex.class).find(email).block());

    private void store(String webhookId) {
        redis.hset(
                WebhookKeys.webhooks(tenantId),
                webhookId,
                Json.MAPPER.writeValueAsString(new Webhook(
                        webhookId,
                        "https://shop.example.com/hook",
                        List.of(),
                        List.of(),
                        "Shop",
                        Map.of("Authorization", "Bearer abc"),
                        List.of(new Webhook.Secret("sealed", null)),
                        Instant.now(),
                        true,
                        null)));
    }

    @Test
    void anOwnerIsToldOnceOfAWebhookThatWasGivenUp() {
        store("wh_1");
        redis.hset(
                WebhookKeys.status(tenantId, "wh_1"),
                Map.of(
                        WebhookStatus.STATE, "disabled",
                        WebhookStatus.DISABLED_REASON, "dead",
                        WebhookStatus.LAST_ERROR, "connection refused",
                        WebhookStatus.LAST_FAILURE, "1795820000123"));
        redis.sadd(WebhookKeys.DISABLED_NOTICES, tenantId + " wh_1", tenantId + " wh_gone", "nonsense");

        await().untilAsserted(() -> assertThat(AccountGateway.mailsTo(email))
                .filteredOn(mail -> mail.subject().equals("A webhook of yours was disabled"))
                .singleElement()
                .satisfies(mail -> assertThat(mail.text())
                        .contains("wh_1 (Shop)", "connection refused", "http://localhost:8080/webhooks")));
        await().until(() -> redis.exists(WebhookKeys.DISABLED_NOTICES) == 0);
        assertThat(AccountGateway.audited(email)).containsOnlyOnce("webhook.disabled");
    }

    @Test
    void aBrowserFollowsEventsWithTheCookieOfTheConsole() {
        String cookies = browser.cookies().entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));

        try (SseClient stream = SseClient.open(gateway.port(), "/api/events/stream", Map.of("Cookie", cookies));
                SseClient stranger = SseClient.open(gateway.port(), "/api/events/stream", Map.of())) {
            String id = new TestEvents(gateway, tenantId)
                    .received(UUID.randomUUID(), "hello")
                    .toString();
            await().until(() -> stream.ids().contains(id));
            assertThat(stranger.status()).isEqualTo(401);
        }
    }

    @Test
    void theExportHasWebhooksWithoutTheirSecrets() {
        store("wh_2");

        JsonNode all =
                Json.MAPPER.readTree(browser.get("/account/export").is(200).body());

        assertThat(all.at("/webhooks/0/url").stringValue()).isEqualTo("https://shop.example.com/hook");
        assertThat(all.at("/webhooks/0/headers/0").stringValue()).isEqualTo("Authorization");
        assertThat(all.toString()).doesNotContain("sealed", "Bearer abc");
    }
}
