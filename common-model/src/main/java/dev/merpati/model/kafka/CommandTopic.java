package dev.merpati.model.kafka;

/**
 * The command topic. A record's key is the session id; its partition is the session's shard, set explicitly.
 *
 * @param name the topic's name
 * @param partitions how many partitions the topic must have; the start-up fails if it has another number
 */
public record CommandTopic(String name, int partitions) {
    public static final String DEFAULT_NAME = "merpati.commands";

    /** Returns the name of the dead-letter topic, which keeps records that can never be executed in the partition they came from. */
    public String deadLetterName() {
        return name + ".dlt";
    }
}
