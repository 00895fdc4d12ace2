package dev.merpati.gateway.limits;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.gateway.redis.RedisOutage;
import dev.merpati.model.redis.RedisKeys;
import java.time.Duration;
import java.util.List;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * One token bucket for each tenant, however many keys it has, in Redis, so that all gateways count together: the plan's requests per minute as
 * a burst, refilled evenly over the minute.
 *
 * <p>Fail-closed: while Redis is away nothing of the API could be answered anyway, so a request ends in 503 here.
 */
@Component
final class RateLimiter {
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final LuaScript<List<Object>> TAKE = LuaScript.returningList("take-request");

    private final ReactiveStringRedisTemplate redis;
    private final RedisOutage outage;

    RateLimiter(ReactiveStringRedisTemplate redis, RedisOutage outage) {
        this.redis = redis;
        this.outage = outage;
    }

    /** Takes one request out of the tenant's bucket, if there is one. */
    Mono<Decision> take(TenantContext tenant) {
        String key = RedisKeys.tenantTag(tenant.tenantId()) + "requests";
        int quota = tenant.plan().requestsPerMinute();
        return TAKE.run(redis, List.of(key), quota, WINDOW.toMillis())
                .doOnNext(answer -> outage.serves())
                .map(answer -> new Decision(
                        number(answer, 0) == 1,
                        quota,
                        number(answer, 1),
                        Duration.ofMillis(number(answer, 2)),
                        Duration.ofMillis(number(answer, 3))));
    }

    private static long number(List<Object> answer, int index) {
        return (Long) answer.get(index);
    }

    /**
     * What the bucket says.
     *
     * @param remaining whole requests that are left now
     * @param retryAfter until there is one again, zero when allowed
     * @param untilFull until the bucket is as full as it can be
     */
    record Decision(boolean allowed, int quota, long remaining, Duration retryAfter, Duration untilFull) {}
}
