package dev.merpati.clients.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.testlogging.ExpectErrors;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

@ExpectErrors(logger = "dev.merpati.clients.kafka.DeadLetters")
class DeadLettersTest {
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Deque<Runnable> timers = new ArrayDeque<>();
    private final AtomicInteger stored = new AtomicInteger();
    private final DeadLetters letters = new DeadLetters(
            producer,
            "commands.dlt",
            (_, action) -> timers.add(action),
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)),
            new SimpleMeterRegistry().counter("dead.letters"),
            _ -> Map.of("tenantId", "t-1"));

    @Test
    void triesForAsLongAsKafkaIsAway() {
        add();
        for (int i = 0; i < 100; i++) {
            runTimers();
            producer.errorNext(new TimeoutException("away"));
        }
        runTimers();
        producer.completeNext();

        assertThat(stored).hasValue(1);
        assertThat(latest().value()).isNotNull();
    }

    @Test
    void leavesTheValueOutOfALetterThatIsTooLarge() {
        add();
        runTimers();
        producer.errorNext(new RecordTooLargeException());
        producer.completeNext();

        assertThat(stored).hasValue(1);
        assertThat(latest().value()).isNull();
        assertThat(new String(latest().headers().lastHeader(DeadLetters.REASON).value(), StandardCharsets.UTF_8))
                .isEqualTo("why");
    }

    @Test
    void doesNotHoldThePartitionForEverWhenKafkaRefuses() {
        add();
        for (int i = 0; i < 100 && stored.get() == 0; i++) {
            runTimers();
            producer.errorNext(new TopicAuthorizationException("commands.dlt"));
        }

        assertThat(stored).hasValue(1);
        assertThat(timers).isEmpty();
    }

    private void add() {
        letters.add(
                new ConsumerRecord<>("commands", 3, 42, new byte[] {1}, new byte[] {2}),
                "why",
                stored::incrementAndGet);
    }

    private void runTimers() {
        for (Runnable timer = timers.poll(); timer != null; timer = timers.poll()) {
            timer.run();
        }
    }

    private ProducerRecord<byte[], byte[]> latest() {
        return producer.history().getLast();
    }
}
