package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Files from the phone that sends them to the tenant who downloads them. */
@ExtendWith(ProductExtension.class)
class ReceivedMediaIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Product product;
    private final GatewayClient api;
    private final SimulatorClient simulator;
    private final String own = Product.newNumber();
    private final String customer = Product.newNumber();
    private final String session;

    ReceivedMediaIT(Product product) {
        this.product = product;
        this.api = product.api();
        this.simulator = product.simulator();
        simulator.addPhone(customer);
        this.session = api.connectedSession(simulator, own);
    }

    @AfterEach
    void endFaults() {
        simulator.endFaults();
    }

    @Test
    void whatAPhoneSendsCanBeDownloadedByItsTenantAlone() throws Exception {
        byte[] file = SampleFile.pdf(3_000_000, new Random(4));
        String path = receive(file, "Daftar harga.pdf");

        Answer whole = api.get(path).expect(200);

        assertThat(whole.body()).isEqualTo(file);
        assertThat(whole.header("Content-Type")).contains("application/pdf");
        assertThat(whole.header("Content-Disposition"))
                .hasValueSatisfying(disposition -> assertThat(disposition)
                        .startsWith("attachment;")
                        .endsWith("filename*=UTF-8''Daftar%20harga.pdf"));
        assertThat(whole.header("ETag"))
                .contains("\""
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(file)) + "\"");
        assertThat(product.otherTenant().get(path).status()).isIn(403, 404);

        simulator.fault(Map.of("kind", "media-error", "status", 404));
        Answer part = api.get(path, "Range", "bytes=1000000-1000099").expect(206);
        assertThat(part.body())
                .as("the store has it, WhatsApp is not asked again")
                .isEqualTo(Arrays.copyOfRange(file, 1_000_000, 1_000_100));
    }

    @Test
    void whatWhatsAppDoesNotKeepOrSpoilsIsToldAndALaterTryCanSucceed() {
        byte[] file = SampleFile.pdf(200_000, new Random(5));
        String path = receive(file, "a.pdf");

        simulator.fault(Map.of("kind", "media-corrupt", "times", 5));
        assertThat(api.get(path).expect(422).text("code")).isEqualTo("media_corrupt");
        simulator.endFaults();
        simulator.fault(Map.of("kind", "media-error", "status", 500, "times", 5));
        assertThat(api.get(path).expect(502).text("code")).isEqualTo("media_unreachable");
        simulator.endFaults();
        simulator.fault(Map.of("kind", "media-error", "status", 410, "times", 5));
        assertThat(api.get(path).expect(410).text("code")).isEqualTo("media_expired");
        simulator.endFaults();
        simulator.fault(Map.of("kind", "media-cut", "times", 1));

        assertThat(api.get(path).expect(200).body()).isEqualTo(file);
    }

    @Test
    void whatWhatsAppHasForgottenThePhoneUploadsAgainWhenItIsOnline() {
        byte[] file = SampleFile.pdf(200_000, new Random(6));
        String path = receive(file, "b.pdf");
        simulator.forgetMedia();
        String refusing = simulator.fault(Map.of("kind", "refuse-reupload"));
        assertThat(api.get(path).expect(410).text("code")).isEqualTo("media_expired");
        simulator.endFault(refusing);
        simulator.addPhone(own, Map.of("offline", true));

        Answer asked = api.get(path).expect(202);
        assertThat(asked.text("status")).isEqualTo("requested");
        assertThat(asked.header("Retry-After")).contains("30");

        simulator.addPhone(own, Map.of("offline", false));
        assertThat(api.get(path).expect(200).body()).isEqualTo(file);
    }

    private String receive(byte[] file, String name) {
        simulator
                .post(
                        "/sim/phones/" + customer + "/messages",
                        Map.of(
                                "to",
                                own,
                                "type",
                                "document",
                                "mimeType",
                                "application/pdf",
                                "fileName",
                                name,
                                "media",
                                Base64.getEncoder().encodeToString(file)))
                .expect(200);
        await().atMost(PATIENCE).until(() -> !files().isEmpty());
        JsonNode media = files().getLast();
        assertThat(media.required("size").asLong()).isEqualTo(file.length);
        return "/api/sessions/" + session + "/media/" + media.required("id").asString();
    }

    private List<JsonNode> files() {
        JsonNode events = api.get("/api/events?types=message.received&sessionId=" + session)
                .expect(200)
                .json()
                .required("events");
        return StreamSupport.stream(events.spliterator(), false)
                .map(event -> event.required("data").path("media"))
                .filter(JsonNode::isObject)
                .toList();
    }
}
