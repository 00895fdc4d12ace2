package dev.merpati.gateway.audit;

import dev.merpati.gateway.tenant.TenantData;
import dev.merpati.model.redis.RedisKeys;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.Limit;
import org.springframework.data.redis.connection.RedisStreamCommands.TrimOptions;
import org.springframework.data.redis.connection.RedisStreamCommands.XAddOptions;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The audit log of each account, a stream in its slot, and that of the operator, which outlives the accounts. The newest
 * {@link #KEPT} entries of each are kept.
 *
 * <p>A change is made first and noted then: when Redis goes away in between, the change stands and its entry is missing.
 */
@Component
public class AuditLog implements TenantData {
    /** How many entries of an account are kept at least. */
    public static final int KEPT = 10_000;

    private static final String OPERATORS = "merpati:operator:audit";
    private static final Pattern ENTRY_ID = Pattern.compile("[0-9]{1,19}-[0-9]{1,19}");

    private final ReactiveStringRedisTemplate redis;

    AuditLog(ReactiveStringRedisTemplate redis) {
        this.redis = redis;
    }

    /** Notes a change of an account. */
    public Mono<Void> record(String tenantId, AuditEvent event) {
        return add(key(tenantId), event);
    }

    /** Notes what the operator did, in the operator's own log. */
    public Mono<Void> recordOperator(AuditEvent event) {
        return add(OPERATORS, event);
    }

    /**
     * Reads an account's log, newest first.
     *
     * @param before the id of the last entry of the page before; null for the first page, as is one of another form
     */
    public Flux<AuditEntry> read(String tenantId, @Nullable String before, int limit) {
        return page(key(tenantId), before, limit);
    }

    /** Reads the operator's log, as {@link #read}. */
    public Flux<AuditEntry> readOperator(@Nullable String before, int limit) {
        return page(OPERATORS, before, limit);
    }

    @Override
    public Mono<Void> removeAll(String tenantId) {
        return redis.delete(key(tenantId)).then();
    }

    private Mono<Void> add(String key, AuditEvent event) {
        return redis.opsForStream()
                .add(
                        MapRecord.create(
                                key,
                                Map.of(
                                        "actor", event.actor(),
                                        "action", event.action(),
                                        "subject", event.subject(),
                                        "address", event.address())),
                        XAddOptions.trim(TrimOptions.maxLen(KEPT).approximate()))
                .then();
    }

    private Flux<AuditEntry> page(String key, @Nullable String before, int limit) {
        Range<String> range = before == null || !ENTRY_ID.matcher(before).matches()
                ? Range.unbounded()
                : Range.leftUnbounded(Range.Bound.inclusive(before));
        return redis.<String, String>opsForStream()
                // Redis 6.2 has exclusive bounds, Spring does not pass them on.
                .reverseRange(key, range, Limit.limit().count(limit + 1))
                // Not one by one: while an answer waits for demand, nothing else is read from the connection.
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .filter(record -> !record.getId().getValue().equals(before))
                .take(limit)
                .map(record -> new AuditEntry(
                        record.getId().getValue(),
                        Instant.ofEpochMilli(
                                Objects.requireNonNull(record.getId().getTimestamp())),
                        event(record.getValue())));
    }

    private static AuditEvent event(Map<String, String> fields) {
        return new AuditEvent(
                fields.getOrDefault("actor", ""),
                fields.getOrDefault("action", ""),
                fields.getOrDefault("subject", ""),
                fields.getOrDefault("address", ""));
    }

    private static String key(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "audit";
    }
}
