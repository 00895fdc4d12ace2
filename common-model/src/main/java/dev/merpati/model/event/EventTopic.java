package dev.merpati.model.event;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The topic of events. A record's key is the tenant's id, and its partition follows from it, set explicitly: whoever owns the
 * partition keeps the tenant's stream and delivers its webhooks.
 *
 * @param name the topic's name
 * @param partitions how many partitions the topic must have; the start-up fails if it has another number
 */
public record EventTopic(String name, int partitions) {
    public static final String DEFAULT_NAME = "merpati.events";

    /** Returns the partition of all events of a tenant. */
    public int partitionOf(String tenantId) {
        CRC32C crc = new CRC32C();
        crc.update(tenantId.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % partitions);
    }

    /** Returns the name of the dead-letter topic, which keeps records that are no events. */
    public String deadLetterName() {
        return name + ".dlt";
    }
}
