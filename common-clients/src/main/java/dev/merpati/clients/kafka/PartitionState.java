package dev.merpati.clients.kafka;

import java.util.OptionalLong;

/** What a member keeps of one partition while it is assigned to it. */
public interface PartitionState {
    /** Whether it can take more records now. Else the partition is paused. */
    boolean wantsRecords();

    /** The offset from which the next owner would have to go on; empty while that is not known. It may be committed already. */
    OptionalLong committable();

    /** The time of the oldest record that is not finished, as {@link OffsetTracker#begin} was told; empty when there is none. */
    OptionalLong oldest();
}
