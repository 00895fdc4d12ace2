package dev.merpati.gateway.command;

import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import dev.merpati.model.redis.RedisKeys;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

    private final ReactiveStringRedisTemplate redis;
    private final RedisKeys keys;

    CommandStore(ReactiveStringRedisTemplate redis, RedisKeys keys) {
        this.redis = redis;
        this.keys = keys;
    }

    /** Makes the record as queued; false when there is one already. */
    Mono<Boolean> create(CommandRequest request, Instant now, Instant notAfter) {
        return CREATE.run(
                        redis,
                        List.of(keys.command(request.commandId()), keys.commandsOfSession(request.sessionId())),
                        request.commandId(),
                        request.caller().tenantId(),
                        request.sessionId(),
                        UUID.randomUUID(),
                        now.toEpochMilli(),
                        CommandRecord.TIME_TO_LIVE.toMillis(),
                        notAfter.toEpochMilli(),
                        CommandType.of(request.command()),
                        request.command() instanceof Command.Send send ? send.to() : "")
                .map(made -> made == 1);
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
