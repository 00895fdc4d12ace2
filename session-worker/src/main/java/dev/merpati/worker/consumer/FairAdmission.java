package dev.merpati.worker.consumer;

import dev.merpati.model.command.CommandEnvelope;
import java.util.HashMap;
import java.util.Map;

/**
 * Divides a room among tenants, and the part of each tenant among its sessions, without knowing how many there are: a
 * tenant may hold as much as is still free, and one of its sessions as much as the tenant could still get. So a tenant
 * alone holds at most half of the room, each of n greedy ones at most a share of n + 1, and the last share stays free
 * for whoever comes next (dynamic thresholds, as switches divide their buffers). Thread-safe.
 *
 * <p>Guarantees: a tenant that holds nothing is always admitted; a session that holds nothing is admitted as long as its
 * tenant is. Does not guarantee that the room suffices for more tenants than it has places: {@link #used} can exceed it.
 */
final class FairAdmission {
    private final long room;
    private final Map<Object, Long> held = new HashMap<>();
    private long used;

    /** @param room in any unit, as all amounts */
    FairAdmission(long room) {
        this.room = room;
    }

    synchronized boolean admits(CommandEnvelope command) {
        long ofTenant = held.getOrDefault(command.tenantId(), 0L);
        long ofSession = held.getOrDefault(command.sessionId(), 0L);
        long free = room - used;
        return ofTenant == 0 || (ofTenant < free && (ofSession == 0 || ofSession < free - ofTenant));
    }

    synchronized void add(CommandEnvelope command, long amount) {
        held.merge(command.tenantId(), amount, Long::sum);
        held.merge(command.sessionId(), amount, Long::sum);
        used += amount;
    }

    /** @param amount as it was added */
    synchronized void remove(CommandEnvelope command, long amount) {
        held.computeIfPresent(command.tenantId(), (_, all) -> all == amount ? null : all - amount);
        held.computeIfPresent(command.sessionId(), (_, all) -> all == amount ? null : all - amount);
        used -= amount;
    }

    synchronized long used() {
        return used;
    }
}
