package dev.merpati.worker.fencing;

import java.util.function.LongSupplier;

/** Makes leases without a Redis. */
public final class TestLeases {
    private TestLeases() {}

    public static ShardLease lease(int shard, LongSupplier nanoTime) {
        return new ShardLease(shard, 1, 0, nanoTime.getAsLong(), nanoTime, () -> {});
    }

    public static ShardLease lease(int shard, long epoch, LongSupplier nanoTime) {
        return new ShardLease(shard, epoch, 0, nanoTime.getAsLong(), nanoTime, () -> {});
    }

    public static void confirm(ShardLease lease, LongSupplier nanoTime) {
        lease.confirmed(nanoTime.getAsLong());
    }

    /** As after a broken connection to Redis, when Kafka has confirmed the ownership. */
    public static void proven(ShardLease lease) {
        lease.proven(lease.provenIn());
    }

    public static FencedException fence(ShardLease lease) {
        return lease.fenced();
    }

    public static RedisUnavailableException unavailable(String why) {
        return new RedisUnavailableException(why, null);
    }
}
