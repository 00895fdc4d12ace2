package dev.merpati.worker.cobalt;

import dev.merpati.worker.cobalt.transport.Transport;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all connections of a connector share.
 *
 * @param timer for short tasks only: it has one thread
 */
record ConnectorContext(
        CobaltSettings settings, Transport transport, MediaHttpClient media, ScheduledExecutorService timer) {

    CobaltSettings.Timing timing() {
        return settings.timing();
    }
}
