package dev.merpati.gateway.number;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.usage.DailyUsage;
import dev.merpati.model.redis.RedisKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * How many numbers a tenant may still check this calendar month, UTC. A check first holds as much as it could come to
 * need and then is charged for what it resolved, so that two at once cannot both take the last one. A hold that nobody
 * settles, since its gateway died, lapses uncharged.
 */
@Component
class NumberCheckQuota {
    private static final LuaScript<List<Object>> RESERVE = LuaScript.returningList("reserve-number-checks");
    private static final LuaScript<Long> SETTLE = LuaScript.returningLong("settle-number-checks");
    private static final Duration HOLD_MARGIN = Duration.ofMinutes(1);

    /** A month and a few days: nothing asks for the keys of a month that is over. */
    private static final Duration KEPT = Duration.ofDays(35);

    private final ReactiveStringRedisTemplate redis;
    private final Duration holdTime;
    private final Clock clock;

    NumberCheckQuota(ReactiveStringRedisTemplate redis, GatewaySettings.Timeouts timeouts, Clock clock) {
        this.redis = redis;
        this.holdTime = timeouts.numberCheckTimeout().plus(HOLD_MARGIN);
        this.clock = clock;
    }

    /** A part of the month's checks that is kept for one request. */
    record Hold(String id, int numbers, List<String> redisKeys, String usageKey) {}

    /** An error of 429 when there is not that much left. */
    Mono<Hold> reserve(TenantContext tenant, int numbers) {
        Instant now = clock.instant();
        YearMonth month = YearMonth.from(now.atZone(ZoneOffset.UTC));
        String charged = RedisKeys.tenantTag(tenant.tenantId()) + "number-checks:" + month;
        Hold hold = new Hold(
                UUID.randomUUID().toString(),
                numbers,
                List.of(charged, charged + ":holds"),
                DailyUsage.key(tenant.tenantId(), LocalDate.ofInstant(now, ZoneOffset.UTC)));
        long limit = tenant.plan().numberChecksPerMonth();
        return RESERVE.run(
                        redis,
                        hold.redisKeys(),
                        hold.id(),
                        numbers,
                        limit,
                        now.toEpochMilli(),
                        holdTime.toMillis(),
                        KEPT.toMillis())
                .flatMap(answer -> (Long) answer.get(0) == 1
                        ? Mono.just(hold)
                        : Mono.error(limitReached(limit, (Long) answer.get(1), untilNext(month, now))
                                .exception()));
    }

    /** @param resolved how many of the held numbers got an answer; the rest is free */
    Mono<Void> settle(Hold hold, int resolved) {
        List<String> keys = List.of(hold.redisKeys().get(0), hold.redisKeys().get(1), hold.usageKey());
        return SETTLE.run(redis, keys, hold.id(), hold.numbers(), resolved, KEPT.toMillis(), DailyUsage.KEPT.toMillis())
                .then();
    }

    private static Duration untilNext(YearMonth month, Instant now) {
        return Duration.between(
                now, month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private static ApiError limitReached(long limit, long used, Duration retryAfter) {
        return new ApiError(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "Number check limit reached",
                        "number_check_limit_reached",
                        "You have reached your number check limit. Please upgrade your plan.")
                .with("limit", limit)
                .with("used", used)
                .with("remaining", Math.max(0, limit - used))
                .retryAfter(retryAfter);
    }
}
