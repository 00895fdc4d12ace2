package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.client.Upload;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
        String direct = direct(upload.send(device));
        // Clients append parameters of their own with an ampersand.
        assertThat(get(direct + "&hash=" + upload.hash() + "&mms-type=image&__wa-mms=")
                        .body())
                .isEqualTo(upload.blob());
        assertThat(get(direct + "&hash=" + Upload.of(picture).hash()).statusCode())
                .isEqualTo(404);
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

    @Test
    void aPartOfAFileIsDownloaded() throws Exception {
        Upload upload = Upload.of(picture);
        upload.send(device);
        HttpResponse<byte[]> part = range(upload, "bytes=100000-100009");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(upload.blob(), 100_000, 100_010));
        int size = upload.blob().length;
        assertThat(part.headers().firstValue("content-range")).contains("bytes 100000-100009/" + size);
        assertThat(range(upload, "bytes=300000-").body()).isEqualTo(Arrays.copyOfRange(upload.blob(), 300_000, size));
        assertThat(range(upload, "bytes=-7").body()).isEqualTo(Arrays.copyOfRange(upload.blob(), size - 7, size));
        HttpResponse<byte[]> beyond = range(upload, "bytes=" + size + "-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("content-range")).contains("bytes */" + size);
    }

    @Test
    void theSizeOfAFileIsToldWithoutIt() throws Exception {
        Upload upload = Upload.of(picture);
        upload.send(device);
        HttpResponse<byte[]> head =
                device.http().send(Upload.request(upload.path()).HEAD().build(), BodyHandlers.ofByteArray());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains(String.valueOf(upload.blob().length));
        assertThat(head.headers().firstValue("accept-ranges")).contains("bytes");
        assertThat(head.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mms/ptt", "/mms/ptv", "/mms/sticker", "/mms/thumbnail-link", "/mms/md-msg-hist"})
    void filesOfAllTypesAreStored(String folder) throws Exception {
        Upload upload = Upload.of(picture);
        String path = folder + "/" + upload.hash();
        assertThat(Upload.post(device, Upload.target(device, path, upload.hash()), upload.blob())
                        .statusCode())
                .isEqualTo(200);
        assertThat(get(path).body()).isEqualTo(upload.blob());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mms/anything", "/v/t62.7118-24", "/upload", ""})
    void uploadsElsewhereAreRefused(String folder) throws Exception {
        Upload upload = Upload.of(picture);
        String target = Upload.target(device, folder + "/" + upload.hash(), upload.hash());
        assertThat(Upload.post(device, target, upload.blob()).statusCode()).isEqualTo(404);
        assertRefused(upload);
    }

    @Test
    void uploadsWithoutAValidTokenAreRefused() throws Exception {
        Upload upload = Upload.of(picture);
        String valid = Upload.target(device, upload.path(), upload.hash());
        for (String spoiled : List.of("", "auth=&", "auth=x&", "auth=" + upload.hash() + "&")) {
            String target = valid.replaceAll("auth=[^&]*&", spoiled);
            assertThat(Upload.post(device, target, upload.blob()).statusCode()).isEqualTo(401);
        }
        assertRefused(upload);
        assertThat(control.stat("mediaRefused")).isEqualTo(4);
        assertThat(Upload.post(device, valid, upload.blob()).statusCode()).isEqualTo(200);
    }

    @Test
    void uploadsOfOtherBytesThanTheirPathOrTokenSaysAreRefused() throws Exception {
        Upload upload = Upload.of(picture);
        String valid = Upload.target(device, upload.path(), upload.hash());
        assertThat(Upload.post(device, valid, picture).statusCode()).isEqualTo(400);
        String other = Upload.of(picture).hash();
        assertThat(Upload.post(device, valid.replaceAll("token=.*", "token=" + other), upload.blob())
                        .statusCode())
                .isEqualTo(400);
        assertRefused(upload);
    }

    @Test
    void aTokenExpires() throws Exception {
        fixture.close();
        fixture = new SimulatorFixture(
                SimulatorFixture.FAST.withHosts(HostOptions.DEFAULT.withMediaTokenLifetime(Duration.ofSeconds(1))));
        control = fixture.control();
        device = fixture.linkedDevice(NUMBER);
        Upload upload = Upload.of(picture);
        String target = Upload.target(device, upload.path(), upload.hash());
        await().atMost(LIMIT)
                .until(() -> Upload.post(device, target, upload.blob()).statusCode() == 401);
        assertThat(upload.send(device).statusCode()).isEqualTo(200);
    }

    @Test
    void anUploadThatIsThereNeedNotComeAgain() throws Exception {
        Upload upload = Upload.of(picture);
        String target = Upload.target(device, upload.path(), upload.hash()) + "&resume=1";
        assertThat(Upload.post(device, target, new byte[0]).body()).isEqualTo("{\"resume\":\"0\"}");
        upload.send(device);
        assertThat(Upload.post(device, target, new byte[0]).body())
                .contains("\"resume\":\"complete\"", "\"direct_path\":\"/v/");
    }

    @Test
    void aDeletedFileIsGone() throws Exception {
        Upload upload = Upload.of(picture);
        upload.send(device);
        assertThat(delete(Upload.request(upload.path()))).isEqualTo(401);
        String target = Upload.target(device, upload.path(), upload.hash());
        assertThat(delete(HttpRequest.newBuilder(URI.create(target)))).isEqualTo(200);
        assertThat(upload.download(device).statusCode()).isEqualTo(404);
    }

    @Test
    void faultsStrikeDownloads() throws Exception {
        Upload upload = Upload.of(picture);
        upload.send(device);
        control.fault(Map.of("kind", "media-cut", "times", 1));
        assertThatThrownBy(() -> get(upload.path())).isInstanceOf(IOException.class);
        control.fault(Map.of("kind", "media-corrupt", "times", 1));
        byte[] other = get(upload.path()).body();
        assertThat(other).hasSameSizeAs(upload.blob()).isNotEqualTo(upload.blob());
        control.fault(Map.of("kind", "media-error", "times", 1, "status", 410));
        assertThat(get(upload.path()).statusCode()).isEqualTo(410);
        control.fault(Map.of("kind", "media-stall", "times", 1));
        CompletableFuture<HttpResponse<InputStream>> stalled =
                device.http().sendAsync(Upload.request(upload.path()).build(), BodyHandlers.ofInputStream());
        try (InputStream body = stalled.get(LIMIT.toSeconds(), TimeUnit.SECONDS).body()) {
            assertThat(body.available()).isZero();
        }
        assertThat(get(upload.path()).body()).isEqualTo(upload.blob());
    }

    private void assertRefused(Upload upload) throws Exception {
        assertThat(upload.download(device).statusCode()).isEqualTo(404);
        assertThat(control.stat("mediaUploads")).isZero();
    }

    private int delete(HttpRequest.Builder request) throws Exception {
        return device.http()
                .send(request.DELETE().build(), BodyHandlers.discarding())
                .statusCode();
    }

    private HttpResponse<byte[]> range(Upload upload, String range) throws Exception {
        return device.http()
                .send(Upload.request(upload.path()).header("Range", range).build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return device.http().send(Upload.request(path).build(), BodyHandlers.ofByteArray());
    }

    private static String direct(HttpResponse<String> answer) {
        return JsonMapper.builder()
                .build()
                .readTree(answer.body())
                .get("direct_path")
                .stringValue();
    }
}
