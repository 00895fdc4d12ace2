package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Files from the multipart request to what the phone downloaded, verified and decrypted. */
@ExtendWith(ProductExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MediaIT {
    private static final int MAX_BYTES = 50 * 1024 * 1024;

    private final GatewayClient api;
    private final SimulatorClient simulator;
    private String customer = "";
    private final String phone = Product.newNumber();
    private final String session;

    MediaIT(Product product) {
        this.api = product.api();
        this.simulator = product.simulator();
        this.session = api.connectedSession(simulator, phone);
    }

    @BeforeEach
    void addCustomer() {
        customer = Product.newNumber();
        simulator.addPhone(customer);
    }

    static Stream<SampleFile> everyTypeOfTheGuide() {
        return SampleFile.everyTypeOfTheGuide();
    }

    @ParameterizedTest
    @MethodSource("everyTypeOfTheGuide")
    void bringsEveryTypeOfTheGuideToThePhone(SampleFile file) {
        Answer answer = api.sendMedia(
                session, Map.of("to", customer, "message", "Check this out!"), file.name(), file.content());

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.text("message")).isEqualTo("Media sent successfully");
        String messageId = answer.text("messageId");
        JsonNode received = simulator.awaitMessage(customer, messageId);
        assertThat(received.required("type").asString()).isEqualTo(file.kind());
        assertThat(simulator.media(customer, messageId)).isEqualTo(file.content());
        if (!file.kind().equals("audio")) {
            assertThat(received.required("caption").asString()).isEqualTo("Check this out!");
        }
        if (file.kind().equals("document")) {
            assertThat(received.required("fileName").asString()).isEqualTo(file.name());
        }
    }

    @Test
    void sendsAFileOfExactlyFiftyMegabytesAndRefusesOneByteMore() {
        byte[] largest = SampleFile.pdf(MAX_BYTES, new Random(1));

        Answer accepted = api.sendMedia(session, Map.of("to", customer), "large.pdf", largest);
        Answer refused = api.sendMedia(
                session, Map.of("to", customer), "larger.pdf", SampleFile.pdf(MAX_BYTES + 1, new Random(1)));

        assertThat(accepted.status()).as("%s", accepted).isEqualTo(200);
        simulator.awaitMessage(customer, accepted.text("messageId"));
        assertThat(simulator.media(customer, accepted.text("messageId"))).isEqualTo(largest);
        assertThat(refused.status()).as("%s", refused).isEqualTo(413);
    }

    @Test
    void saysWhenWhatsAppDoesNotTakeTheFile() {
        simulator.fault(Map.of("kind", "media-error", "session", phone, "status", 415, "times", 1));

        Answer answer =
                api.sendMedia(session, Map.of("to", customer), "refused.pdf", SampleFile.pdf(1_000, new Random(2)));

        assertThat(answer.status()).as("%s", answer).isEqualTo(502);
        assertThat(answer.text("code")).isEqualTo("media_failed");
        assertThat(simulator.messages(customer)).isEmpty();
    }

    @Test
    void uploadsAgainWhenWhatsAppsMediaServerFailed() {
        simulator.fault(Map.of("kind", "media-error", "session", phone, "status", 500, "times", 1));

        Answer answer =
                api.sendMedia(session, Map.of("to", customer), "again.pdf", SampleFile.pdf(1_000, new Random(3)));

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(simulator
                        .awaitMessage(customer, answer.text("messageId"))
                        .required("copies")
                        .asInt())
                .isEqualTo(1);
    }
}
