package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.merpati.simulator.phone.PhoneTraits;
import dev.merpati.simulator.rule.ClientVersion;
import dev.merpati.simulator.rule.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatorMainTest {
    @Test
    void readsEveryOption() {
        SimulatorOptions options = SimulatorMain.parse(
                "--bind=0.0.0.0",
                "--proxy-port=1",
                "--control-port=2",
                "--dir=state",
                "--verify=sample",
                "--read-receipts=auto",
                "--qr-first=30",
                "--qr-next=10",
                "--ack-latency=7",
                "--minimum-version=2.3000.1",
                "--linking-version=2.3000.2",
                "--new-chat-refusals=3",
                "--time-lock=60",
                "--new-chat-cap=9",
                "--without-rules=qr-address,client-payload",
                "--unmigrated",
                "--restricted",
                "--passkey",
                "--hosted",
                "--ca=root.pem",
                "--host=simulator,10.0.0.1",
                "--media-host=media.test:8443",
                "--media-token=60");
        assertThat(options)
                .isEqualTo(SimulatorOptions.defaults()
                        .withBindAddress("0.0.0.0")
                        .withProxyPort(1)
                        .withControlPort(2)
                        .withDirectory(Path.of("state"))
                        .withVerify(VerifyMode.SAMPLE)
                        .withReadReceipts(ReadReceipts.AUTO)
                        .withQrLifetimes(Duration.ofSeconds(30), Duration.ofSeconds(10))
                        .withAckLatency(Duration.ofMillis(7))
                        .withVersions(ClientVersion.parse("2.3000.1"), ClientVersion.parse("2.3000.2"))
                        .withNewChats(3, Duration.ofSeconds(60), 9)
                        .withoutRules(Set.of(Rule.QR_ADDRESS, Rule.CLIENT_PAYLOAD))
                        .withNewPhones(new PhoneTraits(false, true, true, true, false, Map.of()))
                        .withHosts(new HostOptions(
                                Path.of("root.pem"),
                                List.of("simulator", "10.0.0.1"),
                                "media.test:8443",
                                Duration.ofSeconds(60))));
    }

    @Test
    void namesWhatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatorMain.parse("--verify=some"))
                .withMessage("--verify: found some, allowed none, sample, all");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatorMain.parse("--proxy-port=x"))
                .withMessageContaining("--proxy-port: found x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatorMain.parse("--control-port=70000"))
                .withMessageContaining("allowed 0 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatorMain.parse("--without-rules=well-formed"))
                .withMessageContaining("well-formed, which cannot be switched off");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatorMain.parse("--without-rules=nonsense"))
                .withMessageContaining("--without-rules: found nonsense, allowed client-version");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatorMain.parse("--nonsense"))
                .withMessageContaining("--nonsense");
    }
}
