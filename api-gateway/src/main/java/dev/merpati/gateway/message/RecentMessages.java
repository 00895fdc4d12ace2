package dev.merpati.gateway.message;

import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.StoredCommand;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.redis.RedisKeys;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.ZSetOperations.TypedTuple;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The messages that a session was asked to send in the last 24 hours, newest first. Their texts are not kept. */
@Component
public class RecentMessages {
    private static final int READS_AT_ONCE = 8;

    /** Not every command is a message: so many more are looked through for each that is wanted. */
    private static final int COMMANDS_PER_MESSAGE = 3;

    private final ReactiveStringRedisTemplate redis;
    private final RedisKeys keys;
    private final PendingOutcomes outcomes;

    RecentMessages(ReactiveStringRedisTemplate redis, RedisKeys keys, PendingOutcomes outcomes) {
        this.redis = redis;
        this.keys = keys;
        this.outcomes = outcomes;
    }

    /**
     * One message.
     *
     * @param to the number as it was asked for, digits; null when it is no longer known
     * @param status as the API spells it
     * @param failure null unless it failed
     */
    public record Message(
            String id,
            Instant at,
            @Nullable String to,
            boolean media,
            String status,
            @Nullable ApiError failure) {}

    /** Reads the newest messages of a session. */
    public Mono<List<Message>> of(UUID sessionId, int limit) {
        return redis.opsForZSet()
                .reverseRangeWithScores(
                        keys.commandsOfSession(sessionId), Range.closed(0L, (long) limit * COMMANDS_PER_MESSAGE - 1))
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .flatMapSequential(this::read, READS_AT_ONCE)
                .take(limit)
                .collectList();
    }

    private Mono<Message> read(TypedTuple<String> command) {
        String id = Objects.requireNonNull(command.getValue());
        Instant at =
                Instant.ofEpochMilli(Objects.requireNonNull(command.getScore()).longValue());
        return outcomes.find(id).filter(StoredCommand::isSend).map(stored -> {
            CommandRecord record = stored.record();
            MessageStatus status = MessageStatus.of(record.state(), record.receipt());
            return new Message(
                    id,
                    at,
                    stored.to(),
                    stored.mediaId() != null,
                    status.wireName(),
                    status == MessageStatus.FAILED && record.outcome() instanceof Outcome.Failed failed
                            ? FailureErrors.of(failed, stored.to())
                            : null);
        });
    }
}
