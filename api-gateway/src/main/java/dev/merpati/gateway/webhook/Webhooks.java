package dev.merpati.gateway.webhook;

import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.auth.Actor;
import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.event.EventReader;
import dev.merpati.gateway.idempotency.IdempotentAnswers;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.gateway.webhook.WebhookStore.Stored;
import dev.merpati.gateway.webhook.WebhookStore.Switch;
import dev.merpati.model.event.EventId;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookStatus;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Creates, lists, changes and deletes the webhooks of a tenant. Each change is told to the dispatcher and noted in the audit log
 * once it is made; that it could not be told or noted does not undo it.
 */
@Component
public class Webhooks {
    private static final int TRIES = 5;

    private final WebhookStore store;
    private final WebhookSecrets secrets;
    private final WebhookSettings settings;
    private final EventReader events;
    private final SessionAccess sessions;
    private final IdempotentAnswers answers;
    private final AuditLog audit;
    private final Clock clock;

    Webhooks(
            WebhookStore store,
            WebhookSecrets secrets,
            WebhookSettings settings,
            EventReader events,
            SessionAccess sessions,
            IdempotentAnswers answers,
            AuditLog audit,
            Clock clock) {
        this.store = store;
        this.secrets = secrets;
        this.settings = settings;
        this.events = events;
        this.sessions = sessions;
        this.answers = answers;
        this.audit = audit;
        this.clock = clock;
    }

    /** A webhook with the secret that it has just got, which is shown this once. */
    public record WithSecret(WebhookView webhook, String secret) {
        @Override
        public String toString() {
            return "WithSecret[" + webhook + "]";
        }
    }

    /** Lists the tenant's webhooks, oldest first. */
    public Mono<List<WebhookView>> list(String tenantId) {
        return store.list(tenantId)
                .flatMapMany(Flux::fromIterable)
                .flatMapSequential(webhook -> view(tenantId, webhook))
                .collectList();
    }

    /** An error of 404 when the tenant has no such webhook. */
    public Mono<WebhookView> get(String tenantId, String webhookId) {
        return find(tenantId, webhookId).flatMap(stored -> view(tenantId, stored.webhook()));
    }

    /**
     * Creates a webhook that gets what happens from now on, unless the request says otherwise.
     *
     * @param idempotencyKey makes the request safe to repeat: the webhook and its secret are answered again
     */
    public Mono<WithSecret> create(
            TenantContext tenant, WebhookRequest request, Optional<String> idempotencyKey, Actor actor) {
        return Mono.defer(() -> {
                    if (request.url() == null || request.url().isBlank()) {
                        return Mono.error(
                                Errors.missingFields("url is required").exception());
                    }
                    return answers.once(
                            tenant.tenantId(),
                            idempotencyKey,
                            "create webhook\n" + request.fingerprint(),
                            Webhook.class,
                            add(tenant, request, actor));
                })
                .map(webhook -> new WithSecret(
                        WebhookView.of(webhook, WebhookStatus.fromHash(Map.of()), List.of()),
                        secrets.open(
                                tenant.tenantId(),
                                webhook.id(),
                                webhook.secrets().getFirst().sealed())));
    }

    private Mono<Webhook> add(TenantContext tenant, WebhookRequest request, Actor actor) {
        return Mono.defer(() -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            String id = WebhookSecrets.newId();
            Webhook empty = new Webhook(
                    id,
                    "",
                    List.of(),
                    List.of(),
                    null,
                    Map.of(),
                    List.of(new Webhook.Secret(secrets.newSealed(tenant.tenantId(), id), null)),
                    now,
                    true,
                    null);
            EventId after = request.checkedAfter(now);
            return Mono.zip(
                            changed(tenant, empty, request),
                            after != null ? Mono.just(after) : events.last(tenant.tenantId()))
                    .map(parts -> parts.getT1()
                            .beginningAfter(parts.getT2().equals(EventReader.BEGINNING) ? null : parts.getT2()))
                    .flatMap(webhook -> Uncancellable.of(store.add(tenant.tenantId(), webhook, settings.maxPerTenant())
                            .flatMap(written -> switch (written) {
                                case DONE ->
                                    done(tenant.tenantId(), webhook, "webhook.created", actor)
                                            .thenReturn(webhook);
                                case REFUSED ->
                                    Mono.error(tooMany(settings.maxPerTenant()).exception());
                                case GONE ->
                                    Mono.error(Errors.unavailable("This account is being deleted")
                                            .exception());
                            })));
        });
    }

    /** Changes what the request names, nothing else. Enabled again, it goes on where it stopped. */
    public Mono<WebhookView> change(TenantContext tenant, String webhookId, WebhookRequest request, Actor actor) {
        Switch toggle = request.enabled() == null ? Switch.NONE : request.enabled() ? Switch.ENABLE : Switch.DISABLE;
        String action = switch (toggle) {
            case NONE -> "webhook.changed";
            case ENABLE -> "webhook.enabled";
            case DISABLE -> "webhook.disabled";
        };
        if (request.after() != null) {
            return Mono.error(Errors.invalidField(
                            "after", "there", "absent: where a webhook begins cannot be changed, replay events instead")
                    .exception());
        }
        return Uncancellable.of(
                        replace(tenant.tenantId(), webhookId, toggle, webhook -> changed(tenant, webhook, request))
                                .flatMap(webhook -> done(tenant.tenantId(), webhook, action, actor)
                                        .thenReturn(webhook)))
                .flatMap(webhook -> view(tenant.tenantId(), webhook));
    }

    /** Gives the webhook a new secret; the one before goes on signing for {@link WebhookSecrets#OVERLAP}. */
    public Mono<WithSecret> rotateSecret(String tenantId, String webhookId, Actor actor) {
        return Uncancellable.of(replace(
                                tenantId,
                                webhookId,
                                Switch.NONE,
                                webhook -> Mono.fromCallable(() -> webhook.withSecrets(WebhookSecrets.rotated(
                                        webhook.secrets(),
                                        secrets.newSealed(tenantId, webhookId),
                                        clock.instant().truncatedTo(ChronoUnit.MILLIS)))))
                        .flatMap(webhook -> done(tenantId, webhook, "webhook.secret_rotated", actor)
                                .thenReturn(webhook)))
                .flatMap(webhook -> view(tenantId, webhook)
                        .map(view -> new WithSecret(
                                view,
                                secrets.open(
                                        tenantId,
                                        webhookId,
                                        webhook.secrets().getFirst().sealed()))));
    }

    /** Deletes a webhook; what waits for it is not delivered any more. */
    public Mono<Void> delete(String tenantId, String webhookId, Actor actor) {
        return find(tenantId, webhookId)
                .flatMap(stored -> Uncancellable.of(store.remove(tenantId, webhookId)
                        .then(done(tenantId, stored.webhook(), "webhook.deleted", actor))));
    }

    Mono<Stored> find(String tenantId, String webhookId) {
        return store.find(tenantId, webhookId)
                .switchIfEmpty(Mono.error(() -> noSuchWebhook().exception()));
    }

    private Mono<WebhookView> view(String tenantId, Webhook webhook) {
        return Mono.zip(store.status(tenantId, webhook.id()), store.replays(tenantId, webhook.id()))
                .map(parts -> WebhookView.of(webhook, parts.getT1(), parts.getT2()));
    }

    private Mono<Webhook> replace(
            String tenantId, String webhookId, Switch toggle, Function<Webhook, Mono<Webhook>> change) {
        return find(tenantId, webhookId)
                .flatMap(before -> change.apply(before.webhook())
                        .flatMap(after -> store.replace(tenantId, before, after, toggle)
                                .flatMap(written -> switch (written) {
                                    case DONE -> Mono.just(Optional.of(after));
                                    case REFUSED -> Mono.just(Optional.<Webhook>empty());
                                    case GONE -> Mono.error(noSuchWebhook().exception());
                                })))
                // Somebody else has changed it meanwhile: this change is made to what it is now.
                .repeat(TRIES)
                .filter(Optional::isPresent)
                .next()
                .map(Optional::orElseThrow)
                .switchIfEmpty(Mono.error(() -> Errors.unavailable("The webhook is being changed by others: try again")
                        .exception()));
    }

    /** Checks everything before anything is changed. */
    private Mono<Webhook> changed(TenantContext tenant, Webhook webhook, WebhookRequest request) {
        return Mono.defer(() -> {
            String url = Objects.requireNonNullElse(request.checkedUrl(settings.urlPolicy()), webhook.url());
            List<String> types = Objects.requireNonNullElse(request.checkedTypes(), webhook.types());
            String description = Objects.requireNonNullElse(
                    request.checkedDescription(), Objects.requireNonNullElse(webhook.description(), ""));
            Map<String, String> headers = Objects.requireNonNullElse(request.checkedHeaders(), webhook.headers());
            return sessionIds(tenant, request.checkedSessionIds())
                    .defaultIfEmpty(webhook.sessionIds())
                    .map(sessionIds -> new Webhook(
                            webhook.id(),
                            url,
                            types,
                            sessionIds,
                            description.isEmpty() ? null : description,
                            headers,
                            webhook.secrets(),
                            webhook.createdAt(),
                            Objects.requireNonNullElse(request.enabled(), webhook.enabled()),
                            webhook.after()));
        });
    }

    /** An error of 403 or 404 when one is not the tenant's. Empty when none are named. */
    private Mono<List<UUID>> sessionIds(TenantContext tenant, @Nullable List<String> ids) {
        return ids == null
                ? Mono.empty()
                : Flux.fromIterable(ids)
                        .flatMapSequential(id -> sessions.find(tenant, id))
                        .map(SessionRecord::id)
                        .collectList();
    }

    private Mono<Void> done(String tenantId, Webhook webhook, String action, Actor actor) {
        return store.announce(tenantId)
                .then(audit.record(tenantId, actor.did(action, subjectOf(webhook))))
                .onErrorComplete();
    }

    /** What an entry of the audit log calls it; a URL may hold a secret. */
    static String subjectOf(Webhook webhook) {
        String description = webhook.description();
        return description == null ? webhook.id() : webhook.id() + " (" + description + ")";
    }

    static ApiError noSuchWebhook() {
        return ApiError.of(HttpStatus.NOT_FOUND, "webhook_not_found", "No such webhook: check the webhook id");
    }

    private static ApiError tooMany(int most) {
        return ApiError.of(
                        HttpStatus.CONFLICT,
                        "webhook_limit_reached",
                        "You have " + most + " webhooks, which is the most there can be: delete one that is not used")
                .with("limit", most);
    }
}
