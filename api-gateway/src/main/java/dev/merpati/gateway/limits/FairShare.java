package dev.merpati.gateway.limits;

import java.util.HashMap;
import java.util.Map;

/**
 * A bounded amount of something that tenants share. A tenant may hold as much as is still free: one alone gets half of it, two
 * greedy ones a third each, and a newcomer always finds a share. Thread-safe, never blocks.
 */
public final class FairShare {
    private final long capacity;
    private final long mostPerTenant;
    private final Map<String, Long> heldByTenant = new HashMap<>();
    private long held;

    public FairShare(long capacity) {
        this(capacity, capacity);
    }

    /** @param mostPerTenant what one tenant may hold at most, however much is free */
    public FairShare(long capacity, long mostPerTenant) {
        this.capacity = capacity;
        this.mostPerTenant = mostPerTenant;
    }

    /** Takes the amount; false, and nothing taken, when it is more than the tenant's share. */
    public synchronized boolean take(String tenantId, long amount) {
        long mine = heldByTenant.getOrDefault(tenantId, 0L);
        long free = capacity - held;
        // The first unit goes to whoever has none, or a capacity of one would never be given out.
        boolean fits = mine == 0 ? amount <= free : mine + amount <= Math.min(mostPerTenant, free);
        if (fits) {
            held += amount;
            heldByTenant.put(tenantId, mine + amount);
        }
        return fits;
    }

    /** Whether the tenant could take the amount now. */
    public synchronized boolean has(String tenantId, long amount) {
        boolean fits = take(tenantId, amount);
        if (fits) {
            giveBack(tenantId, amount);
        }
        return fits;
    }

    /** Gives back what was taken before. */
    public synchronized void giveBack(String tenantId, long amount) {
        held -= amount;
        heldByTenant.computeIfPresent(tenantId, (id, mine) -> mine == amount ? null : mine - amount);
    }

    public synchronized long held() {
        return held;
    }

    public synchronized long heldBy(String tenantId) {
        return heldByTenant.getOrDefault(tenantId, 0L);
    }
}
