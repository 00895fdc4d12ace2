package dev.merpati.gateway.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.merpati.gateway.tenant.Plan;
import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.Tenants;
import dev.merpati.model.redis.RedisKeys;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What a tenant has used of its plan until now. */
@Component
public class PlanUsage {
    private final Tenants tenants;
    private final DailyUsage days;
    private final ReactiveStringRedisTemplate redis;
    private final Clock clock;

    PlanUsage(Tenants tenants, DailyUsage days, ReactiveStringRedisTemplate redis, Clock clock) {
        this.tenants = tenants;
        this.days = days;
        this.redis = redis;
        this.clock = clock;
    }

    /** @param messagesPerDay null for no limit */
    public record Amounts(
            long sessions,
            long requestsPerMinute,
            long numberChecksPerMonth,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            Long messagesPerDay) {
        static Amounts of(Plan plan) {
            return new Amounts(
                    plan.sessions(), plan.requestsPerMinute(), plan.numberChecksPerMonth(), plan.messagesPerDay());
        }
    }

    /** When the used amounts begin anew. */
    public record ResetTimes(Instant requestsPerMinute, Instant numberChecksPerMonth, Instant messagesPerDay) {}

    /** A tenant, its limits, and what it has used of each. */
    public record Standing(Tenant tenant, Amounts limits, Amounts used, ResetTimes resetsAt) {}

    /** Empty when there is no such tenant. */
    public Mono<Standing> read(String tenantId) {
        return tenants.find(tenantId).flatMap(this::read);
    }

    /** Reads what a tenant has used. */
    public Mono<Standing> read(Tenant tenant) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        YearMonth month = YearMonth.from(today);
        Mono<Long> sessions = redis.opsForZSet().size(RedisKeys.sessionsOfTenant(tenant.id()));
        Mono<Long> requests = redis.opsForValue()
                .get(RedisKeys.tenantTag(tenant.id()) + "requests")
                .map(fullAt -> requestsOf(tenant.plan(), Long.parseLong(fullAt), now))
                .defaultIfEmpty(0L);
        Mono<Long> checks = redis.opsForValue()
                .get(RedisKeys.tenantTag(tenant.id()) + "number-checks:" + month)
                .map(Long::parseLong)
                .defaultIfEmpty(0L);
        Mono<Long> messages =
                days.read(tenant.id(), today, today).map(List::getFirst).map(DailyUsage.Day::sends);
        return Mono.zip(sessions, requests, checks, messages)
                .map(used -> new Standing(
                        tenant,
                        Amounts.of(tenant.plan()),
                        new Amounts(used.getT1(), used.getT2(), used.getT3(), used.getT4()),
                        new ResetTimes(
                                now.plusMillis(
                                        used.getT2() * 60_000 / tenant.plan().requestsPerMinute()),
                                month.plusMonths(1)
                                        .atDay(1)
                                        .atStartOfDay(ZoneOffset.UTC)
                                        .toInstant(),
                                AccountController.nextDay(now))));
    }

    /** Makes requests of the time at which the bucket will be full again, which is all that it stores. */
    private static long requestsOf(Plan plan, long fullAtMicros, Instant now) {
        long missingMillis = fullAtMicros / 1_000 - now.toEpochMilli();
        return Math.max(0, Math.ceilDiv(missingMillis * plan.requestsPerMinute(), 60_000));
    }
}
