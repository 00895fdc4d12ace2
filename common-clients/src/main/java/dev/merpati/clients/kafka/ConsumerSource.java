package dev.merpati.clients.kafka;

import org.apache.kafka.clients.consumer.Consumer;

/** Creates the consumers of a program, one after the other. */
@FunctionalInterface
public interface ConsumerSource {
    /** @throws org.apache.kafka.common.KafkaException when its configuration does not do */
    Consumer<byte[], byte[]> create();
}
