package dev.merpati.gateway.event;

import dev.merpati.gateway.harness.RecordingRedis;
import dev.merpati.model.event.EventId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class EventReaderKeysTest {
    private final RecordingRedis redis = new RecordingRedis();
    private final EventReader reader = new EventReader(redis, new SimpleMeterRegistry());

    @Test
    void whatAReadNeedsIsInOneSlot() {
        reader.read("acme", null, EventFilter.ALL, 10, 1000)
                // It cannot make anything of ones.
                .onErrorComplete()
                .then(reader.read("acme", new EventId(1, 2), new EventFilter(Set.of("a"), UUID.randomUUID()), 10, 1000))
                .onErrorResume(failure -> Mono.empty())
                .block();

        redis.assertEachRunHadOneSlot(2);
    }
}
