package dev.merpati.worker.drain;

import dev.merpati.worker.consumer.CommandConsumer;
import java.util.Locale;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@code /actuator/drain}: POST begins to hand all shards over and to leave the group for good, GET tells how far that
 * is. There is no way back but a restart of the process.
 */
@Endpoint(id = "drain")
public final class DrainEndpoint {
    private final CommandConsumer consumer;

    public DrainEndpoint(CommandConsumer consumer) {
        this.consumer = consumer;
    }

    /** Returns at once; asking again changes nothing. */
    @WriteOperation
    public Progress begin() {
        consumer.drain();
        return progress();
    }

    @ReadOperation
    public Progress progress() {
        return new Progress(consumer.drainProgress().name().toLowerCase(Locale.ROOT));
    }

    /** @param state {@code none}, {@code draining} or {@code drained} */
    public record Progress(String state) {}
}
