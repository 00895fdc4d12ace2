package dev.merpati.simulator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import it.auties.whatsapp.api.Whatsapp;
import it.auties.whatsapp.model.info.ChatMessageInfo;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.message.model.MessageContainer;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The Cobalt library, as it is on Maven Central but for what the module {@code cobalt} changes, as the client. */
class CobaltIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";

    private Simulator simulator;
    private ControlClient control;
    private SSLContext before;

    @BeforeEach
    void start() throws Exception {
        simulator =
                Simulator.start(SimulatorOptions.defaults().withControlPort(0).withAckLatency(Duration.ofMillis(5)));
        control = new ControlClient(simulator);
        before = SSLContext.getDefault();
        SSLContext.setDefault(TestTrust.only(simulator.caCertificate()));
    }

    @AfterEach
    void stop() {
        SSLContext.setDefault(before);
        control.close();
        simulator.close();
    }

    @Test
    void pairsLogsInAndSendsTextThatThePhoneDecrypts() throws Exception {
        Whatsapp whatsapp = pair(NUMBER);

        ChatMessageInfo sent = whatsapp.sendChatMessage(Jid.of(FRIEND), MessageContainer.of("Halo 👋"), false)
                .get(30, SECONDS);

        JsonNode message = await().atMost(Duration.ofSeconds(10))
                .until(
                        () -> control.get("/sim/phones/" + FRIEND + "/messages").json(),
                        messages -> messages.isArray() && messages.size() == 1)
                .get(0);
        assertThat(message.get("text").stringValue()).isEqualTo("Halo 👋");
        assertThat(message.get("from").stringValue()).isEqualTo(NUMBER);
        assertThat(message.get("id").stringValue()).isEqualTo(sent.id());
        assertThat(message.get("copies").intValue()).isEqualTo(1);
        assertThat(control.stat("undecryptable")).isZero();
    }

    private Whatsapp pair(String number) throws Exception {
        CobaltDevice device = new CobaltDevice(simulator);
        var connected = device.connect();
        control.put("/sim/phones/" + number, Map.of("pushName", "Ani"));
        ControlClient.Answer scanned = control.post(
                "/sim/phones/" + number + "/scan", Map.of("qr", device.qr().get(30, SECONDS)));
        assertThat(scanned.status()).as(scanned.json().toString()).isEqualTo(200);
        return connected.get(40, SECONDS);
    }
}
