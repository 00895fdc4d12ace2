package dev.merpati.worker.fencing;

import dev.merpati.model.redis.RedisKeys;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Takes, confirms and releases the ownership of shards. Who may take a shard is decided by Kafka's group assignment, not
 * here. Thread-safe.
 */
public final class ShardOwnership implements LeaseCheck {
    private static final RedisScript<List<String>> TAKE = FencedScript.unfenced("take-epoch");
    private static final FencedScript CONFIRM = FencedScript.named("confirm-owner");
    private static final FencedScript RELEASE = FencedScript.named("release-owner");

    private final FencedRedis fenced;
    private final RedisKeys keys;
    private final String workerId;
    private final Duration ownerTtl;
    private final LongSupplier nanoTime;
    private final Counter epochs;

    public ShardOwnership(
            FencedRedis fenced,
            RedisKeys keys,
            String workerId,
            Duration ownerTtl,
            LongSupplier nanoTime,
            MeterRegistry meters) {
        this.fenced = fenced;
        this.keys = keys;
        this.workerId = workerId;
        this.ownerTtl = ownerTtl;
        this.nanoTime = nanoTime;
        this.epochs = Counter.builder("merpati.worker.epoch.changes")
                .description("Epochs that this worker has taken, one per shard and assignment")
                .register(meters);
    }

    /**
     * Shuts every owner before out and returns a new lease.
     *
     * @param whenFenced runs once, on the thread that notices, when a newer owner has taken the shard; must not block
     */
    public ShardLease take(int shard, Runnable whenFenced) {
        long generation = fenced.proof().generation();
        long askedAt = nanoTime.getAsLong();
        List<String> taken = fenced.execute(
                TAKE, List.of(keys.epoch(shard), keys.owner(shard)), workerId, String.valueOf(ownerTtl.toMillis()));
        epochs.increment();
        return new ShardLease(shard, Long.parseLong(taken.getFirst()), generation, askedAt, nanoTime, whenFenced);
    }

    /** Whether the lease can be used; if not, Kafka has to be asked who owns the shard. */
    public boolean isProven(ShardLease lease) {
        return fenced.proof().covers(lease);
    }

    /** See {@link OwnershipProof#generation}. */
    public long proofGeneration() {
        return fenced.proof().generation();
    }

    /** Kafka confirmed the ownership, so the epoch stands, whatever Redis has lost before that generation. */
    public void proven(ShardLease lease, long generation) {
        lease.proven(generation);
    }

    /** Confirms the lease and keeps the owner's key alive. */
    @Override
    public void confirm(ShardLease lease) {
        fenced.run(CONFIRM, lease, List.of(keys.owner(lease.shard())), workerId, ownerTtl.toMillis());
    }

    /** Removes the owner's key, so that the shard's sessions no longer count as connected. */
    public void release(ShardLease lease) {
        fenced.run(RELEASE, lease, List.of(keys.owner(lease.shard())), workerId);
    }
}
