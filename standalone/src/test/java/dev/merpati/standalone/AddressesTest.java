package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "0.0.0.0, 127.0.0.1", "' 127.0.0.2 ', 127.0.0.2"})
    void namesTheHostByWhichThisMachineReachesIt(String bind, String host) {
        assertThat(Addresses.host(Addresses.parse(bind))).isEqualTo(host);
    }

    @Test
    void putsAnIpv6AddressIntoBrackets() {
        assertThat(Addresses.host(InetAddress.ofLiteral("::1"))).isEqualTo("[0:0:0:0:0:0:0:1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "203.0.113.7", "no host.invalid", "256.1.1.1", "127.0.0.1:8080"})
    void refusesWhatIsNoAddressOfThisMachine(String bind) {
        assertThatThrownBy(() -> Addresses.parse(bind))
                .isInstanceOf(StartupException.class)
                .hasMessageContainingAll("--bind is '" + bind + "'", "0.0.0.0");
    }

    @Test
    void findsAPortThatIsTakenOnEveryInterface() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> Addresses.requireFree(Addresses.LOOPBACK, taken.getLocalPort(), "--port"))
                    .hasMessageContainingAll("is in use", "--port");
        }
    }
}
