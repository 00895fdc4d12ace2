package dev.merpati.gateway.idempotency;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The {@code Idempotency-Key}s of a tenant, each bound to the one command that was made under it, for as long as that
 * command's record is kept. The command's outcome is the answer to every request that brings the key again.
 */
@Component
public class IdempotencyKeys {
    private static final LuaScript<List<Object>> BIND = LuaScript.returningList("bind-idempotency-key");
    private static final LuaScript<Long> RELEASE = LuaScript.returningLong("release-idempotency-key");
    private static final Pattern SANE = Pattern.compile("[\\x21-\\x7E]{1,255}");

    private final ReactiveStringRedisTemplate redis;
    private final ShardMap shardMap;
    private final Clock clock;

    IdempotencyKeys(ReactiveStringRedisTemplate redis, ShardMap shardMap, Clock clock) {
        this.redis = redis;
        this.shardMap = shardMap;
        this.clock = clock;
    }

    /** The key that a request brings, if it does. */
    public static Optional<String> of(HttpHeaders headers) {
        Optional<String> key = Optional.ofNullable(headers.getFirst("Idempotency-Key"));
        if (key.isPresent() && !SANE.matcher(key.get()).matches()) {
            throw Errors.invalidField(
                            "Idempotency-Key",
                            key.get().length() + " characters or not printable",
                            "1 to 255 printable ASCII characters without blanks")
                    .exception();
        }
        return key;
    }

    /**
     * What a key is bound to.
     *
     * @param attempt what bound it, see {@link #release}
     * @param isNew whether this request bound it
     */
    public record Binding(String key, String commandId, String attempt, boolean isNew) {}

    /**
     * Binds the key to a command unless it is bound already; an error of 422 when it was bound by another request.
     *
     * <p>The command's id is made of the key and the request, so that a key that Redis has lost is bound to the same
     * command again, whose record, or else whose message id, then shows that it was sent before. The date is a part of
     * it, since the same key may mean a new message once it has expired.
     */
    public Mono<Binding> bind(String tenantId, String key, UUID sessionId, String fingerprint) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        String attempt = UUID.randomUUID().toString();
        return BIND.run(
                        redis,
                        List.of(redisKey(tenantId, key)),
                        shardMap.commandIdOf(sessionId, String.join(" ", today.toString(), tenantId, key, fingerprint)),
                        fingerprint,
                        CommandRecord.TIME_TO_LIVE.toMillis(),
                        attempt)
                .flatMap(bound -> fingerprint.equals(bound.get(1))
                        ? Mono.just(new Binding(
                                key, (String) bound.get(0), (String) bound.get(2), attempt.equals(bound.get(2))))
                        : Mono.error(otherRequest().exception()));
    }

    public Mono<Boolean> isBound(String tenantId, String key) {
        return redis.hasKey(redisKey(tenantId, key));
    }

    /** Lets the key be used again, since nothing was sent under it; does nothing when it has been bound anew by now. */
    public Mono<Void> release(String tenantId, Binding binding) {
        return RELEASE.run(redis, List.of(redisKey(tenantId, binding.key())), binding.attempt())
                .then();
    }

    static String redisKey(String tenantId, String key) {
        return RedisKeys.tenantTag(tenantId) + "idempotency:" + key;
    }

    static ApiError otherRequest() {
        return ApiError.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "idempotency_key_reused",
                "This Idempotency-Key was used with another request: use a new key for a new message");
    }
}
