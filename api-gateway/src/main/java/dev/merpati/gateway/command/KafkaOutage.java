package dev.merpati.gateway.command;

import dev.merpati.model.outage.Outage;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.support.ProducerListener;
import org.springframework.stereotype.Component;

/**
 * Logs each outage of Kafka once, in place of Spring's listener, which logs every record with a stack trace, and of its
 * {@link KafkaAdmin}, which does so when the first send meets an outage. The failures are counted by {@link
 * CommandMetrics}. Thread-safe.
 */
@Component
class KafkaOutage implements ProducerListener<Object, Object> {
    private static final Duration QUIET = Duration.ofSeconds(5);

    /** Instead of one that the first send would ask Kafka for, and wait. It only names the cluster in traces. */
    private static final String CLUSTER_ID = "merpati";

    private final Outage outage = new Outage("Kafka", QUIET, System::nanoTime);

    KafkaOutage(KafkaAdmin admin) {
        admin.setClusterId(CLUSTER_ID);
    }

    @Override
    public void onSuccess(ProducerRecord<Object, Object> record, RecordMetadata metadata) {
        outage.succeeded();
    }

    @Override
    public void onError(
            ProducerRecord<Object, Object> record, @Nullable RecordMetadata metadata, @Nullable Exception failure) {
        outage.failed(failure == null ? new IllegalStateException("unknown failure") : failure);
    }
}
