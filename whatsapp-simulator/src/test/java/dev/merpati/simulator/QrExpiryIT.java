package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.client.TestDevice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** QR codes live as long as the options say. */
class QrExpiryIT {
    private static final String SCAN = "/sim/phones/6281200000001/scan";

    @Test
    void codesExpireOneByOneAndThenTheStreamEnds() throws Exception {
        SimulatorOptions options =
                SimulatorFixture.FAST.withQrLifetimes(Duration.ofMillis(300), Duration.ofMillis(200));
        try (SimulatorFixture fixture = new SimulatorFixture(options)) {
            ControlClient control = fixture.control();
            control.put("/sim/phones/6281200000001", Map.of());
            TestDevice device = fixture.newDevice();
            List<String> codes = device.requestCodes();
            assertThat(codes).hasSize(6).doesNotHaveDuplicates();

            device.await(node -> node.is("xmlstreamend"));
            for (String code : codes) {
                ControlClient.Answer answer = control.post(SCAN, Map.of("qr", code));
                assertThat(answer.status()).isEqualTo(410);
                assertThat(answer.json().get("error").get("code").stringValue()).isEqualTo("code_expired");
            }
        }
    }
}
