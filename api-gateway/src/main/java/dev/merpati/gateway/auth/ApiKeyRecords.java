package dev.merpati.gateway.auth;

import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.gateway.tenant.RecordChanges;
import dev.merpati.model.redis.RedisKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The API keys in Redis. Each has a hash in a slot of its own, found by its key id alone, and an entry in its tenant's
 * index.
 *
 * <p>The hash is written first, to last an hour, and stays only once the key is in the index: of a gateway that dies in
 * between no key remains that nobody sees. A key is revoked the other way round in one respect: its hash goes first, so
 * that it is refused even if its entry stays; such entries are left out of lists and dropped there.
 */
@Component
class ApiKeyRecords {
    private static final LuaScript<Long> ADD = LuaScript.returningLong("add-api-key");
    private static final LuaScript<Long> REHASH = LuaScript.returningLong("rehash-api-key");

    private static final Duration UNTIL_INDEXED = Duration.ofHours(1);

    private final ReactiveStringRedisTemplate redis;
    private final RecordChanges changes;

    ApiKeyRecords(ReactiveStringRedisTemplate redis, RecordChanges changes) {
        this.redis = redis;
        this.changes = changes;
    }

    /** Empty when there is no such key. */
    Mono<ApiKeyRecord> find(String keyId) {
        return redis.<String, String>opsForHash()
                .entries(key(keyId))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .mapNotNull(hash -> ApiKeyRecord.fromHash(keyId, hash));
    }

    /**
     * Adds a key.
     *
     * @param most how many keys the tenant may have
     * @return false when it has that many; nothing was added then
     */
    Mono<Boolean> add(ApiKeyRecord record, int most) {
        String key = key(record.keyId());
        return redis.opsForHash()
                .putAll(key, record.toHash())
                .then(redis.expire(key, UNTIL_INDEXED))
                .then(ADD.run(
                        redis,
                        List.of(index(record.tenantId())),
                        record.keyId(),
                        record.createdAt().toEpochMilli(),
                        most))
                .flatMap(added -> added == 1
                        ? redis.persist(key).thenReturn(true)
                        : redis.delete(key).thenReturn(false))
                .flatMap(added -> changes.changed(RecordChanges.Kind.API_KEY, record.keyId())
                        .thenReturn(added));
    }

    /** Lists a tenant's keys, oldest first. */
    Flux<ApiKeyRecord> list(String tenantId) {
        return redis.opsForZSet()
                .range(index(tenantId), Range.unbounded())
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .flatMapSequential(keyId -> find(keyId)
                        .switchIfEmpty(redis.opsForZSet()
                                .remove(index(tenantId), keyId)
                                .then(Mono.empty())));
    }

    /** Revokes a key of the tenant; completes when all gateways have been told. */
    Mono<Void> remove(String tenantId, String keyId) {
        return redis.delete(key(keyId))
                .then(redis.opsForZSet().remove(index(tenantId), keyId))
                .then(redis.opsForHash().remove(usesKey(tenantId), keyId))
                .then(changes.changed(RecordChanges.Kind.API_KEY, keyId));
    }

    /** Removes a tenant's index of keys, and when they were used. */
    Mono<Void> removeIndex(String tenantId) {
        return redis.delete(index(tenantId), usesKey(tenantId)).then();
    }

    /** Replaces the hash of a key that still has the hash that the record says. */
    Mono<Void> rehash(ApiKeyRecord record, String pepper, String hash) {
        return REHASH.run(redis, List.of(key(record.keyId())), record.hash(), pepper, hash)
                .then(changes.changed(RecordChanges.Kind.API_KEY, record.keyId()));
    }

    /** Notes that a key was used. */
    Mono<Void> used(String tenantId, String keyId, Instant now) {
        return redis.opsForHash()
                .put(usesKey(tenantId), keyId, String.valueOf(now.toEpochMilli()))
                .then();
    }

    /** Returns when each key of a tenant was last used, by key id; those that never were are missing. */
    Mono<Map<String, Instant>> uses(String tenantId) {
        return redis.<String, String>opsForHash()
                .entries(usesKey(tenantId))
                .collect(
                        HashMap::new,
                        (uses, entry) ->
                                uses.put(entry.getKey(), Instant.ofEpochMilli(Long.parseLong(entry.getValue()))));
    }

    /** A hash tag of its own for each key: whoever brings it is not known yet. */
    private static String key(String keyId) {
        return "{k:" + keyId + "}";
    }

    private static String index(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "keys";
    }

    private static String usesKey(String tenantId) {
        return RedisKeys.tenantTag(tenantId) + "keys:used";
    }
}
