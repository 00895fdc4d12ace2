package dev.merpati.worker.fencing;

import dev.merpati.model.outage.Outage;
import dev.merpati.model.redis.RedisKeys;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Runs scripts for the owner of a shard, each by EVALSHA, or by EVAL where Redis does not know it yet. Thread-safe.
 *
 * <p>A script may have run although its caller got a {@link RedisUnavailableException}: every script must be
 * repeatable.
 */
public final class FencedRedis {
    private static final String FENCED = "FENCED";
    /** Longer than the time between two tries of whatever is retried. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final StringRedisTemplate redis;
    private final RedisKeys keys;
    private final LongSupplier nanoTime;
    private final OwnershipProof proof;
    private final Outage outage;
    private final Counter failures;
    private final Counter refused;

    public FencedRedis(
            StringRedisTemplate redis,
            RedisKeys keys,
            OwnershipProof proof,
            LongSupplier nanoTime,
            MeterRegistry meters) {
        this.redis = redis;
        this.keys = keys;
        this.proof = proof;
        this.nanoTime = nanoTime;
        this.outage = new Outage("Redis", QUIET, nanoTime);
        this.failures = Counter.builder("merpati.worker.redis.failures")
                .description("Calls of Redis that failed; whatever needs them is tried again")
                .register(meters);
        this.refused = Counter.builder("merpati.worker.fenced.writes.refused")
                .description("Writes that Redis refused because another worker has taken the shard")
                .register(meters);
    }

    /**
     * Runs a script under a lease; success confirms the lease.
     *
     * @param scriptKeys {@code KEYS[2]} and following; the first one is the shard's epoch
     * @param args {@code ARGV[2]} and following; the first one is the lease's epoch
     * @return what the script returned after {@code OK}
     * @throws FencedException when a newer owner has taken the shard; the lease's owner is told as well
     * @throws RedisUnavailableException when Redis cannot be reached, or when Kafka has to confirm the ownership first,
     *     since Redis may have lost who took the shard
     * @throws RedisRejectedException when Redis answers with an error that will not pass
     */
    public List<String> run(FencedScript script, ShardLease lease, List<String> scriptKeys, Object... args) {
        if (!proof.covers(lease)) {
            throw new RedisUnavailableException(
                    "the ownership of shard " + lease.shard() + " is not confirmed yet", null);
        }
        List<String> allKeys = new ArrayList<>(scriptKeys.size() + 1);
        allKeys.add(keys.epoch(lease.shard()));
        allKeys.addAll(scriptKeys);
        Object[] allArgs = new Object[args.length + 1];
        allArgs[0] = String.valueOf(lease.epoch());
        for (int i = 0; i < args.length; i++) {
            allArgs[i + 1] = String.valueOf(args[i]);
        }
        long askedAt = nanoTime.getAsLong();
        List<String> result = execute(script.script(), allKeys, allArgs);
        if (result.getFirst().equals(FENCED)) {
            refused.increment();
            throw lease.fenced();
        }
        lease.confirmed(askedAt);
        return result.subList(1, result.size());
    }

    /**
     * Runs a script that needs no lease.
     *
     * @throws RedisUnavailableException when Redis cannot be reached
     * @throws RedisRejectedException when Redis answers with an error that will not pass
     */
    List<String> execute(RedisScript<List<String>> script, List<String> scriptKeys, Object... args) {
        List<String> result;
        try {
            result = redis.execute(script, scriptKeys, args);
        } catch (DataAccessException e) {
            failures.increment();
            if (RedisErrors.isPermanent(e)) {
                throw new RedisRejectedException(RedisErrors.describe(e));
            }
            outage.failed(e);
            throw new RedisUnavailableException(e.toString(), e);
        }
        outage.succeeded();
        return result;
    }

    OwnershipProof proof() {
        return proof;
    }
}
