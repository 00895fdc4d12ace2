package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.dispatcher.EventFixture;
import dev.merpati.dispatcher.webhook.TestEndpoint.Received;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.Webhook;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events that workers publish arrive at endpoints. */
class WebhookFlowIT extends EventFixture {
    private static final String[] LOCAL = {
        "merpati.webhooks.allow-http=true", "merpati.webhooks.allow-private-addresses=true"
    };

    private final TestWebhooks webhooks = new TestWebhooks(redis, topic);
    private final TestEndpoint endpoint = new TestEndpoint();
    private final String tenant = tenantIn(1);

    @BeforeEach
    void topics() {
        makeTopics();
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void sendsEachEventOnceInOrderSignedAsItIsInTheStream() {
        start("d1", LOCAL);
        publish(tenant, "before");
        awaitTexts(tenant, "before");
        Webhook webhook = webhooks.add(tenant, endpoint.url());
        endpoint.awaitCount(1);

        publish(tenant, numbered(0, 50));
        endpoint.awaitCount(51);

        List<StoredEvent> stream = stream(tenant);
        List<Received> received = endpoint.received();
        assertThat(endpoint.ids())
                .isEqualTo(stream.stream()
                        .map(StoredEvent::id)
                        .map(EventId::toString)
                        .toList());
        assertThat(received).allMatch(each -> TestWebhooks.isSignedWith(TestWebhooks.SECRET, each));
        assertThat(received.getFirst().body())
                .isEqualTo(
                        "{\"type\":\"message.received\",\"timestamp\":\"2026-11-27T10:00:00Z\",\"data\":{\"sessionId\":\""
                                + session + "\"," + stream.getFirst().data().substring(1) + "}");
        assertThat(received.getFirst().headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("user-agent", "Merpati (webhooks)");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(webhooks.status(tenant, webhook).backlog()).isZero();
            assertThat(webhooks.status(tenant, webhook).lastSuccess()).isNotNull();
        });
    }
}
