package dev.merpati.gateway.usage;

import dev.merpati.gateway.tenant.TenantData;
import dev.merpati.model.redis.RedisKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads what a tenant has used on each day, UTC. A day's figures are kept for {@link #KEPT}. */
@Component
public class DailyUsage implements TenantData {
    /** A year and a month: a bill can be checked a year later. */
    public static final Duration KEPT = Duration.ofDays(396);

    private static final int DAYS_AT_ONCE = 8;
    private static final int KEYS_AT_ONCE = 100;

    /** The fields of the hash, as the scripts spell them. */
    static final String MESSAGES = "messages";

    static final String MEDIA = "media";
    static final String NUMBER_CHECKS = "numberChecks";
    static final String FAILED = "failed";

    private final ReactiveStringRedisTemplate redis;

    private final Clock clock;

    DailyUsage(ReactiveStringRedisTemplate redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    /**
     * One day.
     *
     * @param messages texts that WhatsApp acknowledged, or that may have left
     * @param media files likewise
     * @param numberChecks numbers that WhatsApp answered for
     * @param failed texts and files that were certainly not sent, and so are not in the other figures
     */
    public record Day(LocalDate date, long messages, long media, long numberChecks, long failed) {
        private static Day of(LocalDate date, Map<String, String> hash) {
            return new Day(
                    date, count(hash, MESSAGES), count(hash, MEDIA), count(hash, NUMBER_CHECKS), count(hash, FAILED));
        }

        private static long count(Map<String, String> hash, String field) {
            return Long.parseLong(hash.getOrDefault(field, "0"));
        }

        public long sends() {
            return messages + media;
        }
    }

    /** Reads the days from the first to the last, both included, in order. */
    public Mono<List<Day>> read(String tenantId, LocalDate from, LocalDate to) {
        return Flux.fromStream(() -> from.datesUntil(to.plusDays(1)))
                .flatMapSequential(date -> read(tenantId, date), DAYS_AT_ONCE)
                .collectList();
    }

    /** Removes every day that can be left, and what is counted by minute and month. */
    @Override
    public Mono<Void> removeAll(String tenantId) {
        LocalDate tomorrow =
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).plusDays(1);
        String tag = RedisKeys.tenantTag(tenantId);
        Flux<String> days = Flux.fromStream(
                        () -> tomorrow.minusDays(KEPT.toDays() + 1).datesUntil(tomorrow.plusDays(1)))
                .flatMapIterable(date -> List.of(key(tenantId, date), key(tenantId, date) + ":holds"));
        Flux<String> months = Flux.just(
                        YearMonth.from(tomorrow), YearMonth.from(tomorrow).minusMonths(1))
                .flatMapIterable(
                        month -> List.of(tag + "number-checks:" + month, tag + "number-checks:" + month + ":holds"));
        return Flux.concat(days, months, Flux.just(tag + "requests"))
                .buffer(KEYS_AT_ONCE)
                .concatMap(keys -> redis.delete(keys.toArray(String[]::new)))
                .then();
    }

    private Mono<Day> read(String tenantId, LocalDate date) {
        return redis.<String, String>opsForHash()
                .entries(key(tenantId, date))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(hash -> Day.of(date, hash));
    }

    /** Names the hash of a tenant's day. */
    public static String key(String tenantId, LocalDate date) {
        return RedisKeys.tenantTag(tenantId) + "usage:" + date;
    }
}
