package dev.merpati.worker.cobalt;

import dev.merpati.worker.cobalt.transport.Transport;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all connections share.
 *
 * @param timer for short tasks only: it has one thread
 */
record Surroundings(
        CobaltSettings settings, Transport transport, MediaUploads uploads, ScheduledExecutorService timer) {

    CobaltSettings.Timing timing() {
        return settings.timing();
    }
}
