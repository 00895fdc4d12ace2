package dev.merpati.gateway.webhook;

import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.auth.Actor;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.event.EventReader;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookStatus;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Has the dispatcher deliver events of the past again. */
@Component
public class WebhookReplays {
    /** How many of one webhook may go on at a time. */
    private static final int MOST = 5;

    private final Webhooks webhooks;
    private final WebhookStore store;
    private final EventReader events;
    private final AuditLog audit;
    private final Clock clock;

    WebhookReplays(Webhooks webhooks, WebhookStore store, EventReader events, AuditLog audit, Clock clock) {
        this.webhooks = webhooks;
        this.store = store;
        this.events = events;
        this.audit = audit;
        this.clock = clock;
    }

    /** Begins a replay; an error of 404 when there is no such webhook, of 409 when it is disabled or has too many. */
    public Mono<WebhookView.ReplayView> begin(String tenantId, String webhookId, ReplayRequest request, Actor actor) {
        return webhooks.find(tenantId, webhookId)
                .map(WebhookStore.Stored::webhook)
                .flatMap(webhook -> Mono.zip(store.status(tenantId, webhookId), events.last(tenantId))
                        .flatMap(read -> {
                            if (!webhook.enabled() || read.getT1().state() == WebhookStatus.State.DISABLED) {
                                return Mono.error(disabled().exception());
                            }
                            return add(
                                    tenantId,
                                    webhook,
                                    request.checked(
                                            read.getT2(), clock.instant().truncatedTo(ChronoUnit.MILLIS)),
                                    actor);
                        }));
    }

    private Mono<WebhookView.ReplayView> add(String tenantId, Webhook webhook, Replay replay, Actor actor) {
        return Uncancellable.of(store.addReplay(tenantId, webhook.id(), replay, MOST)
                .flatMap(written -> switch (written) {
                    case DONE ->
                        store.announce(tenantId)
                                .then(audit.record(
                                        tenantId, actor.did("webhook.replayed", Webhooks.subjectOf(webhook))))
                                .onErrorComplete()
                                .thenReturn(WebhookView.ReplayView.of(replay));
                    case REFUSED -> Mono.error(tooMany().exception());
                    case GONE -> Mono.error(Webhooks.noSuchWebhook().exception());
                }));
    }

    private static ApiError disabled() {
        return ApiError.of(
                HttpStatus.CONFLICT,
                "webhook_disabled",
                "Nothing is delivered to this webhook: enable it, then replay");
    }

    private static ApiError tooMany() {
        return ApiError.of(
                HttpStatus.CONFLICT,
                "replay_limit_reached",
                "This webhook has " + MOST + " replays that go on: wait until one is done");
    }
}
