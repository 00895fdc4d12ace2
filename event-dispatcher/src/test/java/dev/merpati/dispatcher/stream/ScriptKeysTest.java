package dev.merpati.dispatcher.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.event.EventTopic;
import io.lettuce.core.cluster.SlotHash;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Redis Cluster runs a script only when all of its keys are in one slot, and knows only of keys that are declared. */
class ScriptKeysTest {
    private static final Pattern CALL = Pattern.compile("redis\\.call\\('(\\w+)'(?:, ([^,)]+))?");
    private static final Pattern ANY_CALL = Pattern.compile("redis\\.p?call");
    private static final Set<String> WITHOUT_KEY = Set.of("TIME", "PUBLISH");

    private final FakeRedis redis = new FakeRedis();

    @Test
    void everyScriptHasAllItsKeysInOneSlot() throws Exception {
        TenantStreams streams = new TenantStreams(
                redis, new EventTopic("events", 4), new StreamMetrics(System::nanoTime, new SimpleMeterRegistry()));
        streams.append("topic", -1, List.of(event(0), event(1)));
        redis.oldest(List.of(
                "1-1", "2", "0", UUID.randomUUID().toString(), UUID.randomUUID().toString()));
        streams.trim("t", 1, 1);

        assertThat(redis.runs())
                .hasSize(3)
                .allSatisfy(run -> assertThat(
                                run.keys().stream().map(SlotHash::getSlot).distinct())
                        .as("%s with %s", run.script(), run.keys())
                        .hasSize(1));
        for (Path script : scripts().filter(ScriptKeysTest::isOurs).toList()) {
            String source = Files.readString(script);
            assertThat(redis.runs())
                    .as("%s was run", script.getFileName())
                    .anyMatch(run -> run.script().equals(source));
        }
    }

    private static boolean isOurs(Path script) {
        return script.getFileName().toString().endsWith("-events.lua");
    }

    private static IncomingEvent event(long offset) {
        return new IncomingEvent(
                offset, Instant.EPOCH, "k" + offset, "t", UUID.randomUUID(), "message.received", Instant.EPOCH, "{}");
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void aScriptTouchesOnlyTheKeysThatItWasGiven(Path script) throws IOException {
        Matcher call = CALL.matcher(Files.readString(script));
        int calls = 0;

        while (call.find()) {
            calls++;
            if (!WITHOUT_KEY.contains(call.group(1))) {
                assertThat(call.group(2)).as(call.group()).matches("KEYS\\[(\\d+|i|index)]");
            }
        }
        assertThat(calls)
                .as("every call in %s is understood", script.getFileName())
                .isPositive()
                .isEqualTo(ANY_CALL.splitAsStream(Files.readString(script)).count() - 1);
    }

    private static Stream<Path> scripts() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(ScriptKeysTest.class.getResource("/lua")).toURI());
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.toList();
        }
        assertThat(all).isNotEmpty();
        return all.stream();
    }
}
