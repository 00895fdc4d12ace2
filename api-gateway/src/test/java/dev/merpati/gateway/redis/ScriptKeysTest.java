package dev.merpati.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Redis Cluster runs a script only when all of its keys are in one slot, and knows only of keys that are declared. */
class ScriptKeysTest {
    private static final Pattern CALL = Pattern.compile("redis\\.call\\('(\\w+)'(?:, ([^,)]+))?");

    @ParameterizedTest
    @MethodSource("scripts")
    void aScriptTouchesOnlyTheKeysThatItWasGiven(Path script) throws IOException {
        Matcher call = CALL.matcher(Files.readString(script));

        assertThat(call.results()).as("calls that the pattern finds").isNotEmpty();
        call.reset();
        while (call.find()) {
            if (!call.group(1).equals("TIME")) {
                assertThat(call.group(2)).as(call.group()).matches("KEYS\\[(?:\\d|i)]");
            }
        }
    }

    /** That their keys are in one slot is tested where they are run; a new one has to be added there and here. */
    @Test
    void theScriptsWithMoreThanOneKeyAreKnown() throws Exception {
        List<String> withMore = scripts()
                .filter(ScriptKeysTest::hasMoreThanOneKey)
                .map(script -> script.getFileName().toString().replace(".lua", ""))
                .toList();

        assertThat(Set.copyOf(withMore))
                .isEqualTo(Set.of(
                        "create-command",
                        "read-sessions",
                        "read-events",
                        "add-webhook",
                        "replace-webhook",
                        "remove-webhook",
                        "add-replay",
                        "claim-notices",
                        "end-notice",
                        "remove-events",
                        "write-session",
                        "remove-session",
                        "reserve-number-checks",
                        "settle-number-checks",
                        "reserve-message",
                        "settle-message",
                        "put-mail",
                        "take-mails",
                        "end-mail"));
    }

    private static boolean hasMoreThanOneKey(Path script) {
        try {
            return Files.readString(script).contains("KEYS[2");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Stream<Path> scripts() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(ScriptKeysTest.class.getResource("/lua")).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        }
    }
}
