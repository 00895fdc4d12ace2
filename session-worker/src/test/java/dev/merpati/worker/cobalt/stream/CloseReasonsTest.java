package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.whatsapp.CloseReason;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloseReasonsTest {

    @ParameterizedTest
    @CsvSource({
        "401, LOGGED_OUT, LINKING_REFUSED",
        "406, BANNED, LINKING_REFUSED",
        "403, LOCKED, LINKING_REFUSED",
        "402, RESTRICTED, RESTRICTED",
        "429, RATE_LIMITED, RATE_LIMITED",
        "405, CLIENT_OUTDATED, CLIENT_OUTDATED",
        "409, CLIENT_OUTDATED, CLIENT_OUTDATED",
        "500, UNAVAILABLE, UNAVAILABLE",
        "503, UNAVAILABLE, UNAVAILABLE",
        "999, UNAVAILABLE, UNAVAILABLE"
    })
    void aRefusalMeansSomethingElseToADeviceThatIsNotLinked(int code, CloseReason linked, CloseReason unlinked) {
        assertThat(CloseReasons.loginRefused(code)).isEqualTo(linked);
        assertThat(CloseReasons.linkingRefused(code)).isEqualTo(unlinked);
    }

    @Test
    void aPassingBanSaysWhenItEnds() {
        Instant now = Instant.ofEpochSecond(1_800_000_000);

        assertThat(CloseReasons.restrictedUntil(ban("7200"), now)).contains(now.plusSeconds(7200));
        assertThat(CloseReasons.restrictedUntil(ban("0"), now)).isEmpty();
        assertThat(CloseReasons.restrictedUntil(Node.of("failure"), now)).isEmpty();
        assertThat(CloseReasons.restrictedUntil(ban("9000000000000000000"), now))
                .hasValueSatisfying(until -> assertThat(until).isBefore(now.plus(Duration.ofDays(366))));
    }

    private static Node ban(String seconds) {
        return Node.of("failure", Map.of("reason", "402", "code", "101", "expire", seconds));
    }

    @Test
    void aConflictSaysWhetherTheDeviceIsReplacedOrRemoved() {
        assertThat(CloseReasons.streamError(error("409", "replaced"))).isEqualTo(CloseReason.REPLACED);
        assertThat(CloseReasons.streamError(error("401", "device_removed"))).isEqualTo(CloseReason.LOGGED_OUT);
    }

    /** Servers name the code, the conflict, or both. */
    @Test
    void eitherTheCodeOrTheConflictIsEnough() {
        assertThat(CloseReasons.streamError(Node.of("stream:error", Map.of("code", "409"))))
                .isEqualTo(CloseReason.REPLACED);
        assertThat(CloseReasons.streamError(
                        Node.of("stream:error", Map.of(), Node.of("conflict", Map.of("type", "replaced")))))
                .isEqualTo(CloseReason.REPLACED);
        assertThat(CloseReasons.streamError(Node.of("stream:error", Map.of("code", "401"))))
                .isEqualTo(CloseReason.LOGGED_OUT);
    }

    @Test
    void anErrorWithoutDetailsDoesNotCondemnTheCredentials() {
        assertThat(CloseReasons.streamError(Node.of("stream:error"))).isEqualTo(CloseReason.UNAVAILABLE);
        assertThat(CloseReasons.streamError(Node.of("stream:error", Map.of("code", "403"))))
                .isEqualTo(CloseReason.UNAVAILABLE);
    }

    private static Node error(String code, String conflict) {
        return Node.of("stream:error", Map.of("code", code), Node.of("conflict", Map.of("type", conflict)));
    }
}
