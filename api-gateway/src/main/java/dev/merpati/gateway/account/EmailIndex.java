package dev.merpati.gateway.account;

import dev.merpati.gateway.redis.LuaScript;
import java.time.Duration;
import java.util.List;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds the tenant of an e-mail address, and sees to it that no two accounts have the same. An address is claimed for a
 * minute first, and for good once its account is written: of a gateway that dies in between nothing stays.
 */
@Component
public class EmailIndex {
    private static final LuaScript<Long> CONFIRM = LuaScript.returningLong("confirm-email");
    private static final LuaScript<Long> RELEASE = LuaScript.returningLong("release-email");
    private static final Duration CLAIM = Duration.ofMinutes(1);

    private final ReactiveStringRedisTemplate redis;

    EmailIndex(ReactiveStringRedisTemplate redis) {
        this.redis = redis;
    }

    /** Returns the id of the tenant that the address belongs to; empty when it is nobody's. */
    Mono<String> find(String email) {
        return redis.opsForValue().get(key(email));
    }

    /** Returns whether the tenant may go on to write an account with the address, within a minute. */
    Mono<Boolean> claim(String email, String tenantId) {
        return redis.opsForValue().setIfAbsent(key(email), tenantId, CLAIM);
    }

    /** Makes a claim last; returns false when the address has become somebody else's meanwhile. */
    Mono<Boolean> confirm(String email, String tenantId) {
        return CONFIRM.run(redis, List.of(key(email)), tenantId).map(confirmed -> confirmed == 1);
    }

    /** Frees an address, if it is the tenant's. */
    public Mono<Void> release(String email, String tenantId) {
        return RELEASE.run(redis, List.of(key(email)), tenantId).then();
    }

    /** A hash tag of its own for each address; no address stands in a key as it is. */
    static String tag(String email) {
        return "{e:" + Digests.sha256(email) + "}";
    }

    private static String key(String email) {
        return tag(email);
    }
}
