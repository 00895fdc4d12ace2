package dev.merpati.testing;

/** A Redis server that a test may stop and start again, with the same data on the same port. Not thread-safe. */
public interface RedisServer extends AutoCloseable {
    String host();

    int port();

    /** Stops the server cleanly and returns when it has stopped. */
    void stop();

    /** Kills the server as a crash would, without a chance to write anything more. */
    void kill();

    /** Starts a server that was stopped or killed and returns when it serves. */
    void start();

    /** Stops the server for good. */
    @Override
    void close();
}
