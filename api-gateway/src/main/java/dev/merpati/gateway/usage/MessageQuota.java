package dev.merpati.gateway.usage;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.gateway.settings.GatewaySettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * How many messages a tenant may still send today, UTC. A send first holds a place and then is counted by what became of it,
 * so that two at once cannot both take the last one, and a message that was certainly not sent costs nothing. A message
 * that is not acknowledged when its request is answered counts as sent.
 */
@Component
public class MessageQuota {
    private static final LuaScript<List<Object>> RESERVE = LuaScript.returningList("reserve-message");
    private static final LuaScript<Long> SETTLE = LuaScript.returningLong("settle-message");
    private static final Duration HOLD_MARGIN = Duration.ofMinutes(1);

    private final ReactiveStringRedisTemplate redis;
    private final Duration holdTime;
    private final Clock clock;

    MessageQuota(ReactiveStringRedisTemplate redis, GatewaySettings.Timeouts timeouts, Clock clock) {
        this.redis = redis;
        this.holdTime = timeouts.sendTimeout().plus(HOLD_MARGIN);
        this.clock = clock;
    }

    /** What a message counts as. */
    public enum Kind {
        TEXT(DailyUsage.MESSAGES),
        MEDIA(DailyUsage.MEDIA);

        private final String field;

        Kind(String field) {
            this.field = field;
        }
    }

    /** What became of a message. */
    public enum Result {
        /** WhatsApp has acknowledged it, or it may have left. */
        SENT,
        /** It was certainly not sent. */
        FAILED,
        /** It is no message: it was never queued, or an earlier request has sent it. */
        NOTHING
    }

    /** A place that is kept for one message. */
    public record Hold(String id, String tenantId, LocalDate day, Kind kind) {
        private List<String> redisKeys() {
            String usage = DailyUsage.key(tenantId, day);
            return List.of(usage, usage + ":holds");
        }
    }

    /** Holds a place for a new message; an error of 429 when the day's limit is reached. */
    public Mono<Hold> reserve(TenantContext tenant, Kind kind) {
        return reserve(tenant, kind, tenant.plan().messagesPerDay());
    }

    /** Holds a place for a request that repeats an earlier one, whatever the limit: its answer is that of the first. */
    public Mono<Hold> reserveRepeated(TenantContext tenant, Kind kind) {
        return reserve(tenant, kind, null);
    }

    private Mono<Hold> reserve(TenantContext tenant, Kind kind, @Nullable Long limit) {
        Instant now = clock.instant();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        Hold hold = new Hold(UUID.randomUUID().toString(), tenant.tenantId(), today, kind);
        return RESERVE.run(
                        redis,
                        hold.redisKeys(),
                        hold.id(),
                        kind.field,
                        limit == null ? "" : limit,
                        now.toEpochMilli(),
                        holdTime.toMillis(),
                        DailyUsage.KEPT.toMillis())
                .flatMap(answer -> (Long) answer.get(0) == 1
                        ? Mono.just(hold)
                        : Mono.error(() -> limitReached(limit, (Long) answer.get(1), untilTomorrow(today, now))
                                .exception()));
    }

    /** Counts a message; does nothing when that was done before. */
    public Mono<Void> settle(Hold hold, Result result) {
        String field = switch (result) {
            case SENT -> hold.kind().field;
            case FAILED -> DailyUsage.FAILED;
            case NOTHING -> "";
        };
        return SETTLE.run(redis, hold.redisKeys(), hold.id(), hold.kind().field, field, DailyUsage.KEPT.toMillis())
                .then();
    }

    private static Duration untilTomorrow(LocalDate today, Instant now) {
        return Duration.between(
                now, today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private static ApiError limitReached(@Nullable Long limit, long used, Duration retryAfter) {
        long allowed = limit == null ? Long.MAX_VALUE : limit;
        return new ApiError(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "Message limit reached",
                        "message_limit_reached",
                        "You have reached your message limit. Please upgrade your plan.")
                .with("limit", allowed)
                .with("used", used)
                .with("remaining", Math.max(0, allowed - used))
                .retryAfter(retryAfter);
    }
}
