package dev.merpati.gateway.account;

import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.gateway.tenant.RecordChanges;
import dev.merpati.gateway.tenant.TenantRecords;
import dev.merpati.model.event.EventKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The accounts in Redis. Every change is one script that first looks whether the account still is as the caller knows it,
 * and every gateway is told of it.
 */
@Component
class AccountStore {
    private static final LuaScript<Long> CREATE = LuaScript.returningLong("create-account");
    private static final LuaScript<Long> CHANGE = LuaScript.returningLong("change-account");

    /** How long an account stays that was written and not made to last, since its gateway died. */
    private static final Duration UNTIL_INDEXED = Duration.ofHours(1);

    private final ReactiveStringRedisTemplate redis;
    private final EmailIndex emails;
    private final RecordChanges changes;

    AccountStore(ReactiveStringRedisTemplate redis, EmailIndex emails, RecordChanges changes) {
        this.redis = redis;
        this.emails = emails;
        this.changes = changes;
    }

    /** Empty when the tenant does not exist or has no account. */
    Mono<Account> find(String tenantId) {
        return fields(tenantId).mapNotNull(hash -> Account.fromHash(tenantId, hash));
    }

    /**
     * Finds the account of a normalized address. Asks as often when there is none, so that the time does not tell.
     */
    Mono<Account> findByEmail(String email) {
        return emails.find(email)
                .defaultIfEmpty("nobody")
                .flatMap(this::find)
                .filter(account -> account.email().equals(email));
    }

    /** Returns everything that is stored of the tenant and its account, by field. */
    Mono<Map<String, String>> fields(String tenantId) {
        return redis.<String, String>opsForHash()
                .entries(TenantRecords.key(tenantId))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /**
     * Creates an account.
     *
     * @param fields everything that it has, the tenant's fields included
     * @return false when its address is somebody else's; nothing was created then
     */
    Mono<Boolean> create(String tenantId, String email, Map<String, String> fields, Instant now) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(UNTIL_INDEXED.toMillis());
        fields.forEach((name, value) -> {
            arguments.add(name);
            arguments.add(value);
        });
        String key = TenantRecords.key(tenantId);
        // An account that was removed may be made again, by the configuration.
        return redis.delete(EventKeys.removed(tenantId))
                .then(emails.claim(email, tenantId))
                .filter(claimed -> claimed)
                .flatMap(claimed -> CREATE.run(redis, List.of(key), arguments.toArray())
                        .then(emails.confirm(email, tenantId))
                        .flatMap(confirmed -> confirmed
                                ? makeLast(tenantId, now).thenReturn(true)
                                : redis.delete(key).thenReturn(false)))
                .defaultIfEmpty(false);
    }

    /** Makes an account last and puts it into the index of tenants; does nothing to one that is there for good already. */
    Mono<Void> makeLast(String tenantId, Instant createdAt) {
        return redis.persist(TenantRecords.key(tenantId))
                .then(redis.opsForZSet().add(TenantRecords.INDEX, tenantId, (double) createdAt.toEpochMilli()))
                .then(changes.changed(RecordChanges.Kind.TENANT, tenantId));
    }

    /**
     * Changes an account, if one of its fields still is as the caller knows it.
     *
     * @param field the field that is looked at
     * @param expected its value; null when it must not be there
     * @param change the new values, an empty one to remove a field. The first must be one that no other change could have
     *     written, by which a script that is run twice knows its own work
     * @return whether it was changed
     */
    Mono<Boolean> change(
            String tenantId, String field, @Nullable String expected, SequencedMap<String, String> change) {
        List<Object> arguments = new ArrayList<>(List.of(field, expected == null ? "" : expected));
        change.forEach((name, value) -> {
            arguments.add(name);
            arguments.add(value);
        });
        return CHANGE.run(redis, List.of(TenantRecords.key(tenantId)), arguments.toArray())
                .map(changed -> changed == 1)
                .flatMap(changed ->
                        changes.changed(RecordChanges.Kind.TENANT, tenantId).thenReturn(changed));
    }
}
