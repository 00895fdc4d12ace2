package dev.merpati.worker.fencing;

import dev.merpati.model.redis.RedisKeys;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Runs scripts for the owner of a shard, each by EVALSHA, or by EVAL where Redis does not know it yet. Thread-safe.
 *
 * <p>A script can have been run although its caller got a {@link DataAccessException}: every script must bear being run
 * again.
 */
public final class FencedRedis {
    private static final String FENCED = "FENCED";

    private final StringRedisTemplate redis;
    private final RedisKeys keys;
    private final LongSupplier nanoTime;
    private final Counter refused;

    public FencedRedis(StringRedisTemplate redis, RedisKeys keys, LongSupplier nanoTime, MeterRegistry meters) {
        this.redis = redis;
        this.keys = keys;
        this.nanoTime = nanoTime;
        this.refused = Counter.builder("merpati.fenced.writes.refused")
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
     * @throws DataAccessException when Redis cannot be reached
     */
    public List<String> run(FencedScript script, ShardLease lease, List<String> scriptKeys, Object... args) {
        List<String> allKeys = new ArrayList<>(scriptKeys.size() + 1);
        allKeys.add(keys.epoch(lease.shard()));
        allKeys.addAll(scriptKeys);
        Object[] allArgs = new Object[args.length + 1];
        allArgs[0] = String.valueOf(lease.epoch());
        for (int i = 0; i < args.length; i++) {
            allArgs[i + 1] = String.valueOf(args[i]);
        }
        long askedAt = nanoTime.getAsLong();
        List<String> result = redis.execute(script.script(), allKeys, allArgs);
        if (result.getFirst().equals(FENCED)) {
            refused.increment();
            throw lease.fenced();
        }
        lease.confirmed(askedAt);
        return result.subList(1, result.size());
    }
}
