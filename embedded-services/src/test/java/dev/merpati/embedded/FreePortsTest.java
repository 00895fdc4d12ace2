package dev.merpati.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    /** Linux gives 32768 and above to outgoing connections, others 49152 and above. */
    @Test
    void staysBelowThePortsOfOutgoingConnections() {
        assertThat(IntStream.range(0, 200).map(_ -> FreePorts.orFree(0)))
                .allMatch(port -> port >= 1_024 && port < 32_768)
                .doesNotHaveDuplicates();
    }

    @Test
    void leavesAWantedPortAsItIs() {
        assertThat(FreePorts.orFree(80)).isEqualTo(80);
    }
}
