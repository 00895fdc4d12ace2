package dev.merpati.gateway.command;

import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import dev.merpati.model.redis.RedisKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The records of commands in Redis. */
@Component
class CommandStore {
    private static final LuaScript<Long> CREATE = LuaScript.returningLong("create-command");
    private static final LuaScript<Long> WITHDRAW = LuaScript.returningLong("withdraw-command");
    private static final String WITHDRAWN = OutcomeCodec.encode(
            Outcome.Failed.of(FailureCode.WITHDRAWN, "Kafka did not confirm the command; nothing was sent"));

    /**
     * What ended a command before anything of it was done that another try would do twice, and may pass. Only a command
     * whose id is made of an idempotency key is ever begun again, and then keeps its id: should an older copy of it, which
     * was taken back, still come out of Kafka, its message is the same message.
     */
    static final Set<FailureCode> MAY_BEGIN_ANEW = Collections.unmodifiableSet(EnumSet.of(
            FailureCode.SESSION_NOT_CONNECTED,
            FailureCode.SESSION_ALREADY_CONNECTED,
            FailureCode.PASSKEY_NOT_REQUESTED,
            FailureCode.LOGGED_OUT,
            FailureCode.BANNED,
            FailureCode.RECIPIENT_UNREACHABLE,
            FailureCode.RATE_LIMITED,
            FailureCode.NEW_CHATS_RESTRICTED,
            FailureCode.SESSION_BUSY,
            FailureCode.MEDIA_UNREACHABLE,
            FailureCode.EXPIRED,
            FailureCode.WITHDRAWN));

    private static final String MAY_BEGIN_ANEW_LIST =
            MAY_BEGIN_ANEW.stream().map(FailureCode::name).collect(Collectors.joining(",", ",", ","));

    /** With the longest time that a command may live after it, still less than files are kept. */
    private static final Duration EARLIER_FILE_AGE = Duration.ofHours(12);

    private final ReactiveStringRedisTemplate redis;
    private final RedisKeys keys;

    CommandStore(ReactiveStringRedisTemplate redis, RedisKeys keys) {
        this.redis = redis;
        this.keys = keys;
    }

    /** What became of a command's record. */
    enum Creation {
        /** There is one already that goes on or has ended for good. */
        EXISTED,
        MADE,
        /** Made, but with the file of an attempt before that was withdrawn: a copy of that one may still be in Kafka. */
        MADE_WITH_EARLIER_FILE
    }

    /** Makes the record as queued, unless there is one. */
    Mono<Creation> create(Submission submission, Instant now, Instant notAfter) {
        return CREATE.run(
                        redis,
                        List.of(keys.command(submission.commandId()), keys.commandsOfSession(submission.sessionId())),
                        submission.commandId(),
                        submission.tenant().tenantId(),
                        submission.sessionId(),
                        UUID.randomUUID(),
                        now.toEpochMilli(),
                        CommandRecord.TIME_TO_LIVE.toMillis(),
                        notAfter.toEpochMilli(),
                        submission.command() instanceof Command.Send send ? send.to() : "",
                        submission.command() instanceof Command.SendMedia send
                                ? send.media().mediaId()
                                : "",
                        MAY_BEGIN_ANEW_LIST,
                        EARLIER_FILE_AGE.toMillis())
                .map(made -> Creation.values()[made.intValue()]);
    }

    /** Takes a command back; false when a worker has begun it, and so it goes on. */
    Mono<Boolean> withdraw(String commandId) {
        return WITHDRAW.run(redis, List.of(keys.command(commandId)), WITHDRAWN).map(done -> done == 1);
    }

    /** Whether anything is left of a session. */
    Mono<Boolean> hasSession(UUID sessionId) {
        return redis.hasKey(keys.session(sessionId));
    }

    /** Empty when there is no such record. */
    Mono<StoredCommand> find(String commandId) {
        return redis.<String, String>opsForHash()
                .entries(keys.command(commandId))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .mapNotNull(StoredCommand::fromHash);
    }
}
