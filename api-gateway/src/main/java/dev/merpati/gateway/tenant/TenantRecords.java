package dev.merpati.gateway.tenant;

import dev.merpati.model.redis.RedisKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The tenants in Redis: one hash for each, in the tenant's slot, which its account shares, and an index of all of them by
 * the time of their sign-up. Reads are never cached here; {@link Tenants} does that.
 */
@Component
public class TenantRecords {
    private static final Logger log = LoggerFactory.getLogger(TenantRecords.class);

    /** Sorted set: the ids of all tenants in Redis by the time of their sign-up, in ms since 1970. */
    public static final String INDEX = "merpati:tenants";

    /** Set: the ids of the tenants that are being deleted. */
    private static final String REMOVALS = "merpati:tenants:removals";

    /** The fields of the hash that say what the tenant may do. The rest of it belongs to the account. */
    public static final String NAME = "name";

    public static final String PLAN = "plan";
    public static final String STATUS = "status";

    private static final Plan NOTHING = new Plan(0, 0, 1, 0L);

    private final ReactiveStringRedisTemplate redis;
    private final TenantSettings settings;
    private final RecordChanges changes;

    TenantRecords(ReactiveStringRedisTemplate redis, TenantSettings settings, RecordChanges changes) {
        this.redis = redis;
        this.settings = settings;
        this.changes = changes;
    }

    /** Names the hash of a tenant and its account. */
    public static String key(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "account";
    }

    /** Empty when there is no such tenant; one that is being deleted is found. */
    public Mono<Tenant> find(String tenantId) {
        return redis.<String, String>opsForHash()
                .multiGet(key(tenantId), List.of(NAME, PLAN, STATUS))
                .mapNotNull(values -> tenantOf(tenantId, new ArrayList<>(values)));
    }

    /** Sets the name of a plan; completes when all gateways have been told. */
    public Mono<Void> changePlan(String tenantId, String plan) {
        return write(tenantId, Map.of(PLAN, plan));
    }

    /** Sets the status; completes when all gateways have been told. */
    public Mono<Void> changeStatus(String tenantId, Tenant.Status status) {
        return write(tenantId, Map.of(STATUS, wireName(status)));
    }

    /** Has the tenant refused everywhere, and notes that it is to be removed. */
    public Mono<Void> markForRemoval(String tenantId) {
        return redis.opsForSet().add(REMOVALS, tenantId).then(changeStatus(tenantId, Tenant.Status.DELETING));
    }

    /** Returns the tenants that are to be removed. */
    public Flux<String> markedForRemoval() {
        return redis.opsForSet().members(REMOVALS).collectList().flatMapMany(Flux::fromIterable);
    }

    /** Removes the tenant itself, when nothing else is left of it. */
    public Mono<Void> remove(String tenantId) {
        return redis.delete(key(tenantId))
                .then(redis.opsForZSet().remove(INDEX, tenantId))
                .then(redis.opsForSet().remove(REMOVALS, tenantId))
                .then(changes.changed(RecordChanges.Kind.TENANT, tenantId));
    }

    /**
     * Returns a part of the index, the newest first.
     *
     * @param offset how many newer ones are left out
     */
    public Flux<String> page(long offset, int limit) {
        return redis.opsForZSet()
                .reverseRange(INDEX, Range.closed(offset, offset + limit - 1))
                .collectList()
                .flatMapMany(Flux::fromIterable);
    }

    public Mono<Long> count() {
        return redis.opsForZSet().size(INDEX);
    }

    public static String wireName(Tenant.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private Mono<Void> write(String tenantId, Map<String, String> fields) {
        return redis.<String, String>opsForHash()
                .putAll(key(tenantId), fields)
                .then(changes.changed(RecordChanges.Kind.TENANT, tenantId));
    }

    private @Nullable Tenant tenantOf(String tenantId, List<@Nullable String> values) {
        String name = values.get(0);
        String planName = values.get(1);
        if (name == null || planName == null) {
            return null;
        }
        Plan plan = settings.plans().get(planName);
        if (plan == null) {
            log.warn(
                    "Tenant {} has the plan '{}', which is not under merpati.plans: it is refused", tenantId, planName);
            return new Tenant(tenantId, name, planName, NOTHING, Tenant.Status.SUSPENDED, false);
        }
        return new Tenant(tenantId, name, planName, plan, statusOf(values.get(2)), false);
    }

    /** An unknown status is one that a newer release has written: whatever it is, it is not {@code active}. */
    private static Tenant.Status statusOf(@Nullable String text) {
        for (Tenant.Status status : Tenant.Status.values()) {
            if (Objects.equals(wireName(status), text)) {
                return status;
            }
        }
        return Tenant.Status.SUSPENDED;
    }
}
