package dev.merpati.dispatcher.consumer;

import dev.merpati.clients.kafka.DeadLetters;
import dev.merpati.clients.timing.Backoff;
import dev.merpati.dispatcher.settings.DispatcherSettings;
import dev.merpati.dispatcher.stream.RedisContinuity;
import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.dispatcher.stream.TenantStreams;
import java.util.function.LongSupplier;

/**
 * What every partition needs to append its events.
 *
 * @param topicId Kafka's id of the topic
 * @param nanoTime as {@link System#nanoTime}
 */
record Appending(
        TenantStreams streams,
        StreamListener listener,
        RedisContinuity continuity,
        DeadLetters deadLetters,
        PendingBytes pendingBytes,
        Backoff backoff,
        DispatcherSettings settings,
        String topicId,
        LongSupplier nanoTime) {}
