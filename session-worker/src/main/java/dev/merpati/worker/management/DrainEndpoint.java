package dev.merpati.worker.management;

import dev.merpati.worker.consumer.CommandConsumer;
import java.util.Locale;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@code /actuator/drain}: POST starts to hand all shards over and to leave the group for good, GET shows the progress.
 * Only a restart of the process undoes it.
 */
@Endpoint(id = "drain")
public final class DrainEndpoint {
    private final CommandConsumer consumer;

    public DrainEndpoint(CommandConsumer consumer) {
        this.consumer = consumer;
    }

    /** Returns at once; idempotent. */
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
