package dev.merpati.testing;

/** A Kafka broker that a test may stop and start again, with the same data on the same port. Not thread-safe. */
public interface KafkaServer extends AutoCloseable {
    String bootstrapServers();

    /** Stops the broker cleanly and returns when it has stopped. */
    void stop();

    /** Starts a broker that was stopped and returns when it serves. */
    void start();

    /** Stops the broker for good. */
    @Override
    void close();
}
