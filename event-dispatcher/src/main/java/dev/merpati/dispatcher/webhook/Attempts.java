package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.http.HttpAnswer;
import dev.merpati.dispatcher.http.HttpPoster;
import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.event.EventType;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.MalformedWebhookUrlException;
import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookHeaders;
import dev.merpati.model.webhook.WebhookUrl;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the requests to one webhook as it is defined now: signed, with its owner's headers. Thread-safe. */
final class Attempts {
    private static final Logger log = LoggerFactory.getLogger(Attempts.class);
    static final String PING_PREFIX = "ping_";
    private static final String USER_AGENT = userAgent();

    private final WebhookId id;
    private final Webhook webhook;
    private final HttpPoster poster;
    private final @Nullable WebhookUrl url;
    private final @Nullable Signatures signatures;
    private final @Nullable String problem;

    /** @param box null when there is no key for secrets */
    Attempts(WebhookId id, Webhook webhook, HttpPoster poster, WebhookUrl.Policy policy, @Nullable SecretBox box) {
        this.id = id;
        this.webhook = webhook;
        this.poster = poster;
        WebhookUrl parsed = null;
        Signatures opened = null;
        String wrong = WebhookHeaders.problem(webhook.headers());
        try {
            parsed = WebhookUrl.parse(webhook.url(), policy);
        } catch (MalformedWebhookUrlException e) {
            wrong = e.getMessage();
        }
        try {
            opened = box == null ? null : Signatures.of(box, id.tenantId(), webhook);
        } catch (IllegalArgumentException e) {
            log.error(
                    "The secret of webhook {} of tenant {} cannot be opened; is merpati.webhooks.secret-key the gateways' one? {}",
                    id.id(),
                    id.tenantId(),
                    e.getMessage());
        }
        this.url = parsed;
        this.signatures = opened;
        this.problem = opened == null ? "deliveries cannot be signed at the moment; ask the operator" : wrong;
    }

    /** Names the version of the jar; classes that are in none, as in tests, have no version. */
    private static String userAgent() {
        String version = Attempts.class.getPackage().getImplementationVersion();
        return version == null ? "Merpati (webhooks)" : "Merpati/" + version + " (webhooks)";
    }

    /** Why nothing can be sent, for the webhook's owner; null when everything is well. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Never blocks on the network; the future never fails. */
    CompletableFuture<HttpAnswer> send(StoredEvent event, Instant at) {
        return post(event.id().toString(), at, EventBody.of(event));
    }

    CompletableFuture<HttpAnswer> ping(String requestId, Instant at) {
        return post(PING_PREFIX + requestId, at, EventBody.ofPing(EventType.PING.wireName(), at, webhook.id()));
    }

    private CompletableFuture<HttpAnswer> post(String eventId, Instant at, byte[] body) {
        if (url == null || signatures == null || problem != null) {
            return CompletableFuture.completedFuture(
                    HttpAnswer.none(HttpAnswer.Result.NOT_SENT, String.valueOf(problem)));
        }
        Map<String, String> headers = new HashMap<>(webhook.headers());
        headers.put("content-type", "application/json");
        headers.put("user-agent", USER_AGENT);
        headers.put("webhook-id", eventId);
        headers.put("webhook-timestamp", Long.toString(at.getEpochSecond()));
        headers.put("webhook-signature", signatures.sign(eventId, at, body));
        return poster.post(id.tenantId() + "/" + id.id(), url, headers, body);
    }
}
