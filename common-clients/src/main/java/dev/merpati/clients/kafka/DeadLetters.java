package dev.merpati.clients.kafka;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.Timers;
import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Moves records that are of no use to their consumer, however often they are read, to the dead-letter topic, into the partition
 * they came from. Thread-safe; never blocks.
 */
public final class DeadLetters implements AutoCloseable {
    /** Why the record is a dead letter. */
    public static final String REASON = "x-dead-letter-reason";
    /** Where it came from: {@code <topic>-<partition>@<offset>}. */
    public static final String ORIGIN = "x-dead-letter-origin";

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
    /** Tries at what Kafka refuses for another reason than an outage. Meanwhile the partition's commit waits. */
    private static final int MOST_ERRORS = 10;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Timers timers;
    private final Backoff backoff;
    private final Counter count;
    private final Function<ConsumerRecord<byte[], byte[]>, Map<String, String>> logContext;

    /**
     * @param producer is closed with this
     * @param topic of the dead letters; has as many partitions as the topics that records come from
     * @param count of what was stored
     * @param logContext what the line about a record has in its MDC. The record may be unreadable; its headers are not
     */
    public DeadLetters(
            Producer<byte[], byte[]> producer,
            String topic,
            Timers timers,
            Backoff backoff,
            Counter count,
            Function<ConsumerRecord<byte[], byte[]>, Map<String, String>> logContext) {
        this.producer = producer;
        this.topic = topic;
        this.timers = timers;
        this.backoff = backoff;
        this.count = count;
        this.logContext = logContext;
    }

    /** @param stored runs when the record is stored; until then storing it is retried */
    public void add(ConsumerRecord<byte[], byte[]> record, String reason, Runnable stored) {
        String origin = record.topic() + "-" + record.partition() + "@" + record.offset();
        announce(origin, reason, logContext.apply(record));
        Headers headers = new RecordHeaders(record.headers());
        headers.add(REASON, reason.getBytes(StandardCharsets.UTF_8));
        headers.add(ORIGIN, origin.getBytes(StandardCharsets.UTF_8));
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(topic, record.partition(), null, record.key(), record.value(), headers);
        // On another thread: to send can block while Kafka is away.
        timers.after(Duration.ZERO, () -> send(letter, stored, 1));
    }

    private static void announce(String origin, String reason, Map<String, String> context) {
        context.forEach(MDC::put);
        try {
            log.error("Record {} goes to the dead letters: {}", origin, reason);
        } finally {
            context.keySet().forEach(MDC::remove);
        }
    }

    /** Where a record that is too large goes: with its headers alone. */
    private static ProducerRecord<byte[], byte[]> withoutValue(ProducerRecord<byte[], byte[]> letter) {
        return new ProducerRecord<>(letter.topic(), letter.partition(), null, letter.key(), null, letter.headers());
    }

    private void send(ProducerRecord<byte[], byte[]> letter, Runnable stored, int tries) {
        try {
            Future<RecordMetadata> _ = producer.send(letter, (_, failure) -> {
                if (failure == null) {
                    count.increment();
                    stored.run();
                } else {
                    sendAgain(letter, stored, tries, failure);
                }
            });
        } catch (RuntimeException e) {
            sendAgain(letter, stored, tries, e);
        }
    }

    private void sendAgain(ProducerRecord<byte[], byte[]> letter, Runnable stored, int tries, Exception failure) {
        if (failure instanceof RecordTooLargeException && letter.value() != null) {
            send(withoutValue(letter), stored, tries);
            return;
        }
        if (!(failure instanceof RetriableException) && tries >= MOST_ERRORS) {
            log.error("A dead letter cannot be stored and is dropped: {}", failure.toString());
            stored.run();
            return;
        }
        log.warn("A dead letter is not stored yet: {}", failure.toString());
        timers.after(backoff.after(tries), () -> send(letter, stored, tries + 1));
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
