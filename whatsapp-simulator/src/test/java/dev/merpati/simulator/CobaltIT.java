package dev.merpati.simulator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.rule.Rule;
import it.auties.whatsapp.api.Whatsapp;
import it.auties.whatsapp.model.info.ChatMessageInfo;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.message.model.MessageContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The Cobalt library, as it is on Maven Central but for what the module {@code cobalt} changes, as the client. */
class CobaltIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";

    /** What the library does as clients did in 2023. */
    private static final Set<Rule> NOT_KEPT = Set.of(
            Rule.CLIENT_PAYLOAD,
            Rule.QR_ADDRESS,
            Rule.LID_ADDRESSING,
            Rule.LID_DEVICE_QUERY,
            Rule.HIDDEN_SENDERS,
            Rule.OFFLINE_BATCH,
            Rule.HISTORY_SYNC);

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Simulator simulator;
    private ControlClient control;
    private SSLContext before;

    @BeforeEach
    void start() throws Exception {
        simulator =
                Simulator.start(SimulatorOptions.defaults().withControlPort(0).withoutRules(NOT_KEPT));
        control = new ControlClient(simulator);
        // Cobalt loses an answer that comes before it has noted down its question.
        control.fault(Map.of("kind", "slow-network", "millis", 20));
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

        JsonNode message = await().atMost(Duration.ofMinutes(1))
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

    @Test
    void checksNumbersReadsReceiptsAndMessagesAndIsUnlinked() throws Exception {
        CobaltDevice device = new CobaltDevice(simulator);
        Whatsapp whatsapp = pair(device, NUMBER);
        Map<Jid, Boolean> registered = whatsapp.hasWhatsapp(Jid.of("6281200000077"), Jid.of("6281200000000"))
                .get(30, SECONDS);
        assertThat(registered.values()).containsExactlyInAnyOrder(true, false);

        ChatMessageInfo sent = whatsapp.sendChatMessage(Jid.of(FRIEND), MessageContainer.of("hi"), false)
                .get(30, SECONDS);
        await().atMost(LIMIT).until(() -> device.received("receipt", "id", sent.id()));
        control.post("/sim/phones/" + FRIEND + "/read", Map.of());
        await().atMost(LIMIT).until(() -> device.received("receipt", "type", "read"));

        awaitSecondAfterStart(whatsapp);
        control.post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "first"));
        control.post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "second"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(device.texts()).containsExactlyInAnyOrder("first", "second"));

        control.post("/sim/phones/" + NUMBER + "/unlink", Map.of());
        await().atMost(LIMIT).until(() -> device.received("failure", "reason", "401"));
    }

    @Test
    void aSplitFrameBreaksCobaltAsItIsPublished() throws Exception {
        CobaltDevice device = new CobaltDevice(simulator);
        Whatsapp whatsapp = pair(device, NUMBER);
        device.errors().clear();
        control.fault(Map.of("kind", "split-frame", "times", 1));
        var _ = whatsapp.hasWhatsapp(Jid.of("6281200000078"));
        control.put("/sim/phones/" + FRIEND, Map.of());
        control.post("/sim/phones/" + FRIEND + "/messages", Map.of("to", NUMBER, "text", "unreadable"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(device.errors())
                        .anySatisfy(error -> assertThat(error).hasStackTraceContaining("AEADBadTagException")));
        assertThat(device.texts()).isEmpty();
    }

    /** Cobalt tells nobody of a message that is dated to the second, or before it, in which the device was made. */
    private static void awaitSecondAfterStart(Whatsapp whatsapp) {
        await().atMost(LIMIT)
                .until(() -> Instant.now().getEpochSecond() > whatsapp.store().initializationTimeStamp());
    }

    private Whatsapp pair(String number) throws Exception {
        return pair(new CobaltDevice(simulator), number);
    }

    private Whatsapp pair(CobaltDevice device, String number) throws Exception {
        var connected = device.connect();
        control.put("/sim/phones/" + number, Map.of("pushName", "Ani"));
        ControlClient.Answer scanned = control.post(
                "/sim/phones/" + number + "/scan", Map.of("qr", device.qr().get(30, SECONDS)));
        assertThat(scanned.status()).as(scanned.json().toString()).isEqualTo(200);
        return connected.get(40, SECONDS);
    }
}
