package dev.merpati.gateway.account;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.redis.RedisKeys;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Limits how often may be guessed and how many mails can be caused, for all gateways together. Fail-closed: while Redis is
 * away nobody could be logged in anyway.
 *
 * <p>Strangers share their tries for one account, so that a thousand addresses guess no faster than one. They can use them
 * up, but not those of a browser that has logged in to the account before; and whoever can read the account's mail gets in
 * with a new password.
 */
@Component
class Attempts {
    private static final LuaScript<List<Object>> TAKE = LuaScript.returningList("take-request");
    private static final Duration LOGIN_WINDOW = Duration.ofMinutes(15);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int TRIES_PER_HOUR = 10;
    private static final int RETRY_AFTER = 2;

    private final ReactiveStringRedisTemplate redis;
    private final AccountSettings.Limits limits;
    private final MeterRegistry metrics;

    Attempts(ReactiveStringRedisTemplate redis, AccountSettings settings, MeterRegistry metrics) {
        this.redis = redis;
        this.limits = settings.limits();
        this.metrics = metrics;
    }

    /**
     * Counts a try to log in; an error of 429 when it is one too many.
     *
     * @param device of a browser that has logged in to the account before
     */
    Mono<Void> login(String email, Optional<String> device, Visitor visitor) {
        if (device.isPresent()) {
            return take(deviceKey(email, device.get()), limits.loginsPerAccount(), LOGIN_WINDOW, "login_device");
        }
        return take(addressKey("login", visitor), limits.loginsPerAddress(), LOGIN_WINDOW, "login_address")
                .then(take(EmailIndex.tag(email) + ":tries", limits.loginsPerAccount(), LOGIN_WINDOW, "login_account"));
    }

    /** Gives a browser its tries back that knew the password in the end. */
    Mono<Void> loginSucceeded(String email, Optional<String> device) {
        return device.map(known -> redis.delete(deviceKey(email, known)).then()).orElse(Mono.empty());
    }

    /** Counts a try of a password, or of a code, by somebody of whom more is known than the address. */
    Mono<Void> ofAccount(String tenantId, String what) {
        return ofAccount(tenantId, what, Optional.empty());
    }

    /** @param device of a browser that has logged in to the account before, which has tries of its own */
    Mono<Void> ofAccount(String tenantId, String what, Optional<String> device) {
        String key = RedisKeys.tenantTag(tenantId) + "tries:" + what
                + device.map(id -> ":" + id).orElse("");
        return take(key, TRIES_PER_HOUR, HOUR, what);
    }

    Mono<Void> signUp(Visitor visitor) {
        return take(addressKey("sign-up", visitor), limits.signUpsPerAddress(), HOUR, "sign_up_address");
    }

    Mono<Void> reset(Visitor visitor) {
        return take(addressKey("reset", visitor), limits.resetsPerAddress(), HOUR, "reset_address");
    }

    /** Whether one more mail may be sent to an address for somebody who is not logged in. */
    Mono<Boolean> mail(String email) {
        return bucket(EmailIndex.tag(email) + ":mails", limits.mailsPerAccount(), HOUR)
                .map(List::getFirst)
                .map(allowed -> allowed.equals(1L))
                .doOnNext(allowed -> {
                    if (!allowed) {
                        count("mails");
                    }
                });
    }

    private Mono<Void> take(String key, int quota, Duration window, String reason) {
        return bucket(key, quota, window).flatMap(answer -> {
            if (answer.getFirst().equals(1L)) {
                return Mono.empty();
            }
            count(reason);
            return Mono.error(ApiError.of(
                            HttpStatus.TOO_MANY_REQUESTS,
                            "too_many_attempts",
                            "Too many tries in a short time: wait and try again")
                    .retryAfter(Duration.ofMillis((Long) answer.get(RETRY_AFTER)))
                    .exception());
        });
    }

    private Mono<List<Object>> bucket(String key, int quota, Duration window) {
        return TAKE.run(redis, List.of(key), quota, window.toMillis());
    }

    private void count(String reason) {
        metrics.counter("merpati.gateway.accounts.refused", "reason", "limit_" + reason)
                .increment();
    }

    private static String deviceKey(String email, String device) {
        return EmailIndex.tag(email) + ":tries:" + device;
    }

    private static String addressKey(String what, Visitor visitor) {
        return "{a:" + visitor.network() + "}:tries:" + what;
    }
}
