package dev.merpati.worker.store;

import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.FencedScript;
import dev.merpati.worker.fencing.ShardLease;
import java.time.InstantSource;
import java.util.List;

/** The records of commands in Redis, each call one fenced script. Thread-safe. */
public final class RedisCommandStore implements CommandStore {
    private static final FencedScript CLAIM = FencedScript.named("claim-command");
    private static final FencedScript FINISH = FencedScript.named("finish-command");
    private static final FencedScript RECEIPT = FencedScript.named("record-receipt");

    private final FencedRedis fenced;
    private final RedisKeys keys;
    private final InstantSource clock;

    public RedisCommandStore(FencedRedis fenced, RedisKeys keys, InstantSource clock) {
        this.fenced = fenced;
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public CommandState claim(ShardLease lease, CommandEnvelope envelope) {
        List<String> result = fenced.run(
                CLAIM,
                lease,
                keysOf(envelope),
                envelope.commandId(),
                envelope.tenantId(),
                envelope.sessionId(),
                envelope.issuedAt().toEpochMilli(),
                CommandRecord.TIME_TO_LIVE.toMillis());
        return CommandState.ofStored(result.getFirst());
    }

    @Override
    public Outcome finish(ShardLease lease, CommandEnvelope envelope, Completion completion) {
        boolean sameAnyway = completion.outcome().equals(completion.ifStartedBefore());
        List<String> result = fenced.run(
                FINISH,
                lease,
                keysOf(envelope),
                envelope.commandId(),
                envelope.tenantId(),
                envelope.sessionId(),
                envelope.issuedAt().toEpochMilli(),
                completion.timeToLive().toMillis(),
                stateOf(completion.outcome()),
                OutcomeCodec.encode(completion.outcome()),
                sameAnyway ? "" : OutcomeCodec.encode(completion.ifStartedBefore()),
                RedisKeys.replyChannel(envelope.replyTo()),
                clock.instant().minus(CommandRecord.TIME_TO_LIVE).toEpochMilli(),
                completion.outlivesSession() ? "0" : "1");
        String stands = result.getFirst();
        return stands.isEmpty() ? completion.outcome() : OutcomeCodec.decode(stands);
    }

    @Override
    public void receipt(ShardLease lease, String messageId, Receipt receipt) {
        if (keys.shardMap().shardOfCommand(messageId) != lease.shard()) {
            return; // No id of ours for this session, and its key would be in another slot.
        }
        fenced.run(RECEIPT, lease, List.of(keys.command(messageId)), receipt);
    }

    private List<String> keysOf(CommandEnvelope envelope) {
        return List.of(keys.command(envelope.commandId()), keys.commandsOfSession(envelope.sessionId()));
    }

    private static CommandState stateOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.MessageSent _,
                    Outcome.NumbersChecked _,
                    Outcome.SessionChanged _,
                    Outcome.PairingCode _,
                    Outcome.MediaFetched _,
                    Outcome.MediaRequested _ -> CommandState.SUCCEEDED;
            case Outcome.Failed _ -> CommandState.FAILED;
            case Outcome.Unrecognized _ ->
                throw new IllegalArgumentException("no worker ends a command in an outcome that it does not know");
        };
    }
}
