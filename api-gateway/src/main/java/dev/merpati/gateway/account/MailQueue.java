package dev.merpati.gateway.account;

import dev.merpati.gateway.redis.LuaScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * The mails that are still to be sent, in Redis, so that none is lost with its gateway. They are encrypted, since they hold
 * links that open accounts. A mail is taken by one gateway at a time; when that dies, by another once the lease is over, so
 * that a mail whose gateway died in the very moment of its sending comes twice.
 */
@Component
class MailQueue {
    static final List<String> KEYS = List.of("{mails}:due", "{mails}:content", "{mails}:taken");

    private static final LuaScript<Long> PUT = LuaScript.returningLong("put-mail");
    private static final LuaScript<List<Object>> TAKE = LuaScript.returningList("take-mails");
    private static final LuaScript<Long> END = LuaScript.returningLong("end-mail");
    private static final int MOST = 10_000;
    private static final int FIELDS = 3;

    /** Longer than a few mails take at a server that barely answers. */
    private static final Duration LEASE = Duration.ofMinutes(3);

    private final ReactiveStringRedisTemplate redis;
    private final AccountSecrets secrets;
    private final JsonMapper json;

    MailQueue(ReactiveStringRedisTemplate redis, AccountSecrets secrets, JsonMapper json) {
        this.redis = redis;
        this.secrets = secrets;
        this.json = json;
    }

    /** One mail, as it was written. */
    record Mail(Instant at, String to, String subject, String text) {
        @Override
        public String toString() {
            return "Mail[" + subject + "]";
        }
    }

    /**
     * A mail that is this gateway's for a while.
     *
     * @param content encrypted
     * @param tries this one included
     */
    record Taken(String id, String content, long tries) {}

    /** Returns false when too many mails wait already. */
    Mono<Boolean> put(Mail mail) {
        return Mono.defer(() -> put(SecretTokens.random(), mail));
    }

    /** As {@link #put(Mail)}; a mail of the same id that still waits is not put again. */
    Mono<Boolean> put(String id, Mail mail) {
        return Mono.defer(() -> {
            String content = secrets.encrypt(json.writeValueAsBytes(mail), contextOf(id));
            return PUT.run(redis, KEYS.subList(0, 2), id, content, MOST).map(kept -> kept == 1);
        });
    }

    /** Takes mails that are due. */
    Mono<List<Taken>> take(int most) {
        return TAKE.run(redis, KEYS, most, LEASE.toMillis())
                .map(fields -> {
                    List<Taken> taken = new ArrayList<>();
                    for (int i = 0; i < fields.size(); i += FIELDS) {
                        taken.add(new Taken(
                                (String) fields.get(i), (String) fields.get(i + 1), (Long) fields.get(i + 2)));
                    }
                    return taken;
                })
                .defaultIfEmpty(List.of());
    }

    /** @throws IllegalStateException when it was encrypted with a secret that is not configured any more */
    Mail open(Taken taken) {
        byte[] plain = secrets.decrypt(taken.content(), contextOf(taken.id()));
        return json.readValue(new String(plain, StandardCharsets.UTF_8), Mail.class);
    }

    Mono<Void> remove(Taken taken) {
        return END.run(redis, KEYS, taken.id(), 0).then();
    }

    Mono<Void> tryAgain(Taken taken, Duration pause) {
        return END.run(redis, KEYS, taken.id(), pause.toMillis()).then();
    }

    private static String contextOf(String id) {
        return "mail " + id;
    }
}
