package dev.merpati.gateway.webhook;

import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.gateway.redis.RedisOutage;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tells owners that the dispatcher has disabled a webhook of theirs, by mail and in the audit log. A notice is taken by one
 * gateway at a time and stays until the mail is safely queued: of a gateway that dies meanwhile another takes it over once its
 * claim is over, and queues the same mail under the same id.
 */
@Component
class DisabledNotices implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(DisabledNotices.class);

    /** In the slot of {@link WebhookKeys#DISABLED_NOTICES}. */
    static final String CLAIMS = "{" + WebhookKeys.DISABLED_NOTICES + "}:claims";

    private static final LuaScript<List<Object>> CLAIM = LuaScript.returningList("claim-notices");
    private static final LuaScript<Long> END = LuaScript.returningLong("end-notice");
    private static final List<String> KEYS = List.of(WebhookKeys.DISABLED_NOTICES, CLAIMS);
    private static final int AT_ONCE = 10;

    /** Longer than the mail's way into the queue takes. */
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final ReactiveStringRedisTemplate redis;
    private final WebhookStore store;
    private final OwnerMail mail;
    private final AuditLog audit;
    private final RedisOutage outage;
    private final Disposable.Swap looking = Disposables.swap();
    private volatile boolean running;

    DisabledNotices(
            ReactiveStringRedisTemplate redis, WebhookStore store, OwnerMail mail, AuditLog audit, RedisOutage outage) {
        this.redis = redis;
        this.store = store;
        this.mail = mail;
        this.audit = audit;
        this.outage = outage;
    }

    /** Works off some notices that no other gateway has taken. */
    Mono<Void> work() {
        return CLAIM.run(redis, KEYS, AT_ONCE, LEASE.toMillis())
                .flatMapMany(Flux::fromIterable)
                .filter(Objects::nonNull)
                .concatMap(notice -> tell(notice.toString())
                        .then(END.run(redis, KEYS, notice))
                        .onErrorResume(failure -> {
                            // It stays, and is taken again when its claim is over.
                            log.warn("An owner cannot be told now of a disabled webhook: {}", failure.toString());
                            return Mono.empty();
                        }))
                .then();
    }

    private Mono<Void> tell(String notice) {
        int blank = notice.indexOf(' ');
        if (blank < 0) {
            log.warn("A notice of a disabled webhook names no tenant and webhook");
            return Mono.empty();
        }
        String tenantId = notice.substring(0, blank);
        String webhookId = notice.substring(blank + 1);
        return store.find(tenantId, webhookId)
                .map(WebhookStore.Stored::webhook)
                .flatMap(webhook -> store.status(tenantId, webhookId)
                        .filter(status -> webhook.enabled() && status.state() == WebhookStatus.State.DISABLED)
                        .flatMap(status -> tell(tenantId, webhook, status)));
    }

    private Mono<Void> tell(String tenantId, Webhook webhook, WebhookStatus status) {
        Instant at = Objects.requireNonNullElse(status.lastFailure(), webhook.createdAt());
        return mail.webhookDisabled(
                        tenantId,
                        new OwnerMail.Disabled(
                                "webhook-disabled " + tenantId + " " + webhook.id() + " " + at.toEpochMilli(),
                                Webhooks.subjectOf(webhook),
                                Objects.requireNonNullElse(status.disabledReason(), ""),
                                Objects.requireNonNullElse(status.lastError(), "")))
                .then(audit.record(
                        tenantId,
                        new AuditEvent(AuditEvent.SYSTEM, "webhook.disabled", Webhooks.subjectOf(webhook), "")));
    }

    @Override
    public void start() {
        running = true;
        looking.update(Flux.interval(LOOK_EVERY)
                .onBackpressureDrop()
                .concatMap(
                        look -> work().onErrorResume(failure -> {
                            outage.away(failure);
                            return Mono.empty();
                        }),
                        1)
                .subscribe());
    }

    @Override
    public void stop() {
        running = false;
        looking.update(Disposables.disposed());
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Later than the Redis connection, earlier than the web server; stopped the other way round. */
    @Override
    public int getPhase() {
        return 10;
    }
}
