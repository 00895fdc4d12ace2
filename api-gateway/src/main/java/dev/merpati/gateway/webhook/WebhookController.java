package dev.merpati.gateway.webhook;

import dev.merpati.gateway.auth.Actor;
import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.idempotency.IdempotencyKeys;
import dev.merpati.model.webhook.DeliveryAttempt;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The tenant's webhooks. */
@RestController
@RequestMapping("/api/webhooks")
class WebhookController {
    private static final String STORE_IT = "Store the secret now: it is not shown again.";

    private final Webhooks webhooks;
    private final WebhookPings pings;
    private final WebhookDeliveries deliveries;
    private final WebhookReplays replays;

    WebhookController(Webhooks webhooks, WebhookPings pings, WebhookDeliveries deliveries, WebhookReplays replays) {
        this.webhooks = webhooks;
        this.pings = pings;
        this.deliveries = deliveries;
        this.replays = replays;
    }

    record WebhookList(boolean success, List<WebhookView> webhooks) {}

    record Single(boolean success, WebhookView webhook) {}

    /** @param secret signs deliveries; cannot be had again */
    record Created(boolean success, WebhookView webhook, String secret, String message) {}

    record Done(boolean success, String message) {}

    /** @param delivered whether the endpoint took the test */
    record Tested(
            boolean success,
            boolean delivered,
            @Nullable Integer statusCode,
            long durationMillis,
            @Nullable String error,
            @Nullable String response,
            Instant at) {
        static Tested of(DeliveryAttempt attempt) {
            return new Tested(
                    true,
                    attempt.status().equals(DeliveryAttempt.DELIVERED),
                    attempt.statusCode(),
                    attempt.durationMillis(),
                    attempt.error(),
                    attempt.response(),
                    attempt.at());
        }
    }

    record DeliveryList(
            boolean success,
            List<WebhookDeliveries.DeliveryView> deliveries,
            @Nullable String next) {}

    record Replaying(boolean success, WebhookView.ReplayView replay) {}

    @GetMapping
    Mono<WebhookList> list(@RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant) {
        return webhooks.list(tenant.tenantId()).map(all -> new WebhookList(true, all));
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<Created>> create(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @RequestHeader HttpHeaders headers,
            @RequestBody Mono<NewWebhookRequest> body,
            ServerWebExchange exchange) {
        return body.flatMap(request -> webhooks.create(
                        tenant, request.request(), IdempotencyKeys.of(headers), Actor.of(tenant, exchange)))
                .map(made -> ResponseEntity.created(
                                URI.create("/api/webhooks/" + made.webhook().id()))
                        .body(new Created(
                                true, made.webhook(), made.secret(), "Webhook created successfully. " + STORE_IT)));
    }

    @GetMapping("/{webhookId}")
    Mono<Single> get(@RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant, @PathVariable String webhookId) {
        return webhooks.get(tenant.tenantId(), webhookId).map(view -> new Single(true, view));
    }

    @PatchMapping(path = "/{webhookId}", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Single> change(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String webhookId,
            @RequestBody Mono<WebhookChangeRequest> body,
            ServerWebExchange exchange) {
        return body.flatMap(
                        request -> webhooks.change(tenant, webhookId, request.request(), Actor.of(tenant, exchange)))
                .map(view -> new Single(true, view));
    }

    @DeleteMapping("/{webhookId}")
    Mono<Done> delete(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String webhookId,
            ServerWebExchange exchange) {
        return webhooks.delete(tenant.tenantId(), webhookId, Actor.of(tenant, exchange))
                .thenReturn(new Done(true, "Webhook deleted successfully"));
    }

    @PostMapping("/{webhookId}/rotate-secret")
    Mono<Created> rotate(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String webhookId,
            ServerWebExchange exchange) {
        return webhooks.rotateSecret(tenant.tenantId(), webhookId, Actor.of(tenant, exchange))
                .map(made -> new Created(
                        true,
                        made.webhook(),
                        made.secret(),
                        "The secret before goes on signing for 24 hours. " + STORE_IT));
    }

    @PostMapping("/{webhookId}/test")
    Mono<Tested> test(@RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant, @PathVariable String webhookId) {
        return pings.send(tenant.tenantId(), webhookId).map(Tested::of);
    }

    @GetMapping("/{webhookId}/deliveries")
    Mono<DeliveryList> deliveries(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String webhookId,
            @RequestParam MultiValueMap<String, String> parameters) {
        return deliveries
                .list(tenant.tenantId(), webhookId, WebhookDeliveries.Query.of(parameters))
                .map(part -> new DeliveryList(true, part.deliveries(), part.next()));
    }

    @PostMapping(path = "/{webhookId}/replay", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<Replaying>> replay(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String webhookId,
            @RequestBody Mono<ReplayRequest> body,
            ServerWebExchange exchange) {
        return body.flatMap(request -> replays.begin(tenant.tenantId(), webhookId, request, Actor.of(tenant, exchange)))
                .map(replay -> ResponseEntity.accepted().body(new Replaying(true, replay)));
    }
}
