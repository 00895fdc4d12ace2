package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.client.Upload;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Files: uploaded, found by the phone, held to what official clients check, and shown. */
class MediaIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final byte[] picture = Bytes.random(300_001);
    private SimulatorFixture fixture;
    private ControlClient control;
    private TestDevice device;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST);
        control = fixture.control();
        device = fixture.linkedDevice(NUMBER);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aPictureArrivesByteForByte() throws Exception {
        Upload upload = Upload.of(picture);
        assertThat(upload.send(device).body()).contains("\"direct_path\":\"" + upload.path() + "\"");
        assertThat(upload.download(device).body()).isEqualTo(upload.blob());

        device.send(device.message(FRIEND, "3EB01", upload.message("a cat")));

        await().atMost(LIMIT)
                .until(() -> control.stat("messages") == 1
                        && control.messages(FRIEND).size() == 1);
        JsonNode message = control.messages(FRIEND).get(0);
        assertThat(message.get("type").stringValue()).isEqualTo("image");
        assertThat(message.get("caption").stringValue()).isEqualTo("a cat");
        assertThat(message.get("size").longValue()).isEqualTo(picture.length);
        assertThat(message.get("sha256").stringValue()).isEqualTo(HexFormat.of().formatHex(Hash.sha256(picture)));
        HttpResponse<byte[]> media = control.send("GET", "/sim/phones/" + FRIEND + "/messages/3EB01/media", null);
        assertThat(media.body()).isEqualTo(picture);
        assertThat(media.headers().firstValue("content-type")).contains("image/png");
        assertThat(control.stat("mediaUploads")).isEqualTo(1);
    }

    @Test
    void aPictureWithTheWrongMacIsNotShown() throws Exception {
        Upload upload = Upload.withMacOfCiphertextOnly(picture);
        upload.send(device);
        device.send(device.message(FRIEND, "3EB01", upload.message("broken")));
        device.await(node -> node.is("receipt") && node.has("type", "retry"));
        assertThat(control.messages(FRIEND).size()).isZero();
        assertThat(control.stat("undecryptable")).isEqualTo(1);
    }

    @Test
    void aPictureThatWasNeverUploadedIsNotShown() {
        device.send(device.message(FRIEND, "3EB01", Upload.of(picture).message("missing")));
        device.await(node -> node.is("receipt") && node.has("type", "retry"));
        assertThat(control.messages(FRIEND).size()).isZero();
    }

    @Test
    void mediaErrorFailsTheUploadOfItsSession() throws Exception {
        control.fault(Map.of("kind", "media-error", "status", 503, "times", 1, "session", NUMBER));
        Upload upload = Upload.of(picture);
        assertThat(upload.send(device).statusCode()).isEqualTo(503);
        assertThat(upload.send(device).statusCode()).isEqualTo(200);
    }
}
