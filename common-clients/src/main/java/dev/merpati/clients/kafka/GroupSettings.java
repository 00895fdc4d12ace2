package dev.merpati.clients.kafka;

import java.time.Duration;

/**
 * A program as a static member of a consumer group.
 *
 * @param program what the members are, for the log: {@code worker}
 * @param topic whose partitions they share
 * @param id names this member over its restarts. Two members of one id shut each other out
 * @param leaveGroupOnShutdown whether its partitions go to the others at once, and do not wait for it until the session timeout
 * @param commitInterval how often offsets are committed
 * @param revocationTimeout how long the hand-over of the partitions may take that a rebalance takes away
 * @param handoverTimeout the same for all of them, at the end
 */
public record GroupSettings(
        String program,
        String topic,
        String id,
        boolean leaveGroupOnShutdown,
        Duration commitInterval,
        Duration revocationTimeout,
        Duration handoverTimeout) {}
