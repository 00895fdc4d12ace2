package dev.merpati.gateway.idempotency;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.outcome.CommandRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers repeated requests that send nothing, such as the creation of a session, as the first was answered. The answer
 * itself is kept; a request that failed did nothing, and frees its key. While the first is under way its repeats are
 * refused. A gateway that dies meanwhile leaves the key bound for {@link #UNDER_WAY} at most.
 */
@Component
public class IdempotentAnswers {
    private static final LuaScript<List<Object>> BEGIN = LuaScript.returningList("begin-idempotent-request");
    private static final LuaScript<Long> FINISH = LuaScript.returningLong("finish-idempotent-request");
    private static final LuaScript<Long> RELEASE = LuaScript.returningLong("release-idempotency-key");

    /** Longer than any request takes. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(2);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ReactiveStringRedisTemplate redis;
    private final JsonMapper json;

    IdempotentAnswers(ReactiveStringRedisTemplate redis, JsonMapper json) {
        this.redis = redis;
        this.json = json;
    }

    /**
     * Does the work, or returns what it returned before under the same key.
     *
     * @param key absent for work that is done each time
     * @param request all that makes this request another than one with the same key, which is then refused with 422
     */
    public <T> Mono<T> once(String tenantId, Optional<String> key, String request, Class<T> type, Mono<T> work) {
        if (key.isEmpty()) {
            return work;
        }
        List<String> keys = List.of(IdempotencyKeys.redisKey(tenantId, key.get()));
        String fingerprint = hash(request);
        String attempt = UUID.randomUUID().toString();
        return BEGIN.run(redis, keys, fingerprint, attempt, UNDER_WAY.toMillis())
                .flatMap(found -> {
                    if (!fingerprint.equals(found.get(0))) {
                        return Mono.error(IdempotencyKeys.otherRequest().exception());
                    }
                    String answer = (String) found.get(2);
                    if (!answer.isEmpty()) {
                        return Mono.fromCallable(() -> json.readValue(answer, type));
                    }
                    return attempt.equals(found.get(1))
                            ? finish(work, keys, attempt)
                            : Mono.error(underWay().exception());
                });
    }

    private <T> Mono<T> finish(Mono<T> work, List<String> keys, String attempt) {
        return work.flatMap(answer -> FINISH.run(
                                redis,
                                keys,
                                attempt,
                                json.writeValueAsString(answer),
                                CommandRecord.TIME_TO_LIVE.toMillis())
                        .onErrorComplete()
                        .thenReturn(answer))
                .onErrorResume(failure ->
                        RELEASE.run(redis, keys, attempt).onErrorComplete().then(Mono.error(failure)));
    }

    private static String hash(String request) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static ApiError underWay() {
        return ApiError.of(
                        HttpStatus.CONFLICT,
                        "request_under_way",
                        "A request with this Idempotency-Key is not answered yet: wait for its answer")
                .retryAfter(RETRY);
    }
}
