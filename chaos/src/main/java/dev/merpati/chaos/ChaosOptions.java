package dev.merpati.chaos;

import dev.merpati.chaos.fault.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * @param folder for the cluster's data and logs
 * @param dispatchers of events
 * @param messagesPerSecond sent by all sessions together
 * @param phonesPerSecond what phones write to all sessions together
 * @param away how long Kafka, Redis and WhatsApp are away when they are
 * @param seed which session sends when, which is a file, and who takes a no for an answer
 */
record ChaosOptions(
        Path folder,
        int gateways,
        int workers,
        int dispatchers,
        int sessions,
        int messagesPerSecond,
        int phonesPerSecond,
        int checksPerSecond,
        Duration away,
        long seed,
        List<Fault> faults) {
    /** As short as Kafka's broker allows, so that a run does not take hours. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    ChaosOptions {
        faults = List.copyOf(faults);
    }
}
