package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.client.j2se.MatrixToImageWriter;
import com.google.zxing.qrcode.QRCodeWriter;
import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.fault.FaultKind;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The control API's contract: every call, every error. */
class ControlApiIT {
    private static final String PHONE = "/sim/phones/6281200000001";

    private SimulatorFixture fixture;
    private ControlClient control;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST);
        control = fixture.control();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void phonesComeAreRenamedAndGo() {
        assertThat(control.put(PHONE, Map.of()).status()).isEqualTo(200);
        assertThat(control.put(PHONE, Map.of("pushName", "Ani")).status()).isEqualTo(200);
        assertThat(control.get("/sim/phones").json().toString())
                .startsWith(
                        "[{\"number\":\"6281200000001\",\"pushName\":\"Ani\",\"linkedDevices\":0,\"connectedDevices\":0,"
                                + "\"logins\":0,\"messages\":0,");
        assertThat(control.delete(PHONE).status()).isEqualTo(200);
        assertThat(control.get("/sim/phones").json().size()).isZero();
    }

    @Test
    void aPictureOfACodeIsScanned() throws Exception {
        control.put(PHONE, Map.of());
        TestDevice device = fixture.newDevice();
        String code = device.requestCodes().getFirst();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        MatrixToImageWriter.writeToStream(new QRCodeWriter().encode(code, BarcodeFormat.QR_CODE, 400, 400), "PNG", png);
        String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
        var scan = CompletableFuture.supplyAsync(() -> control.post(PHONE + "/scan", Map.of("image", url)));
        device.finishPairing();
        assertThat(scan.join().json().get("jid").stringValue()).isEqualTo("6281200000001:1@s.whatsapp.net");
    }

    @Test
    void aCodeThatWasNeverIssuedIsGone() {
        control.put(PHONE, Map.of());
        String key = Base64.getEncoder().encodeToString(new byte[32]);
        var answer = control.post(PHONE + "/scan", Map.of("qr", "2@nobody," + key + "," + key + "," + key + ",1"));
        assertError(answer, 410, "code_expired");
    }

    @Test
    void aCodeIsScannedOnce() {
        TestDevice device = fixture.newDevice();
        List<String> codes = device.requestCodes();
        control.put(PHONE, Map.of());
        var scan = CompletableFuture.supplyAsync(() -> control.post(PHONE + "/scan", Map.of("qr", codes.getFirst())));
        device.finishPairing();
        assertThat(scan.join().status()).isEqualTo(200);
        assertError(control.post(PHONE + "/scan", Map.of("qr", codes.getFirst())), 410, "code_expired");
        assertError(control.post(PHONE + "/scan", Map.of("qr", codes.get(1))), 410, "code_expired");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/messages",
        "GET,/messages/x/media",
        "POST,/messages",
        "POST,/read",
        "POST,/scan",
        "POST,/unlink",
        "DELETE,"
    })
    void aPhoneThatDoesNotExistIsNotFound(String method, String path) {
        var answer = control.json(method, PHONE + (path == null ? "" : path), "{}");
        assertError(answer, 404, "unknown_phone");
        assertThat(answer.json().toString()).contains("6281200000001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sim/nothing", "/nothing", "/sim/phones/628120000/x", "/page.html"})
    void aPathThatDoesNotExistIsNotFound(String path) {
        assertError(control.get(path), 404, "no_such_call");
    }

    @Test
    void aWrongMethodIsToldTheRightOnes() {
        var answer = control.json("PATCH", "/sim/phones", null);
        assertError(answer, 405, "wrong_method");
        assertThat(answer.json().toString()).contains("GET");
    }

    @Test
    void unknownMessagesAndTextsHaveNoMedia() {
        control.put(PHONE, Map.of());
        assertError(control.get(PHONE + "/messages/x/media"), 404, "unknown_message");
        assertError(control.post(PHONE + "/read", Map.of("id", "x")), 404, "unknown_message");
        String id = control.post(PHONE + "/messages", Map.of("to", "6281200000002", "text", "hi"))
                .json()
                .get("id")
                .stringValue();
        assertError(control.get("/sim/phones/6281200000002/messages/" + id + "/media"), 404, "no_media");
        assertThat(control.messages("6281200000002").get(0).get("text").stringValue())
                .isEqualTo("hi");
    }

    @Test
    void invalidFieldsAreNamedWithWhatWasFoundAndWhatIsAllowed() {
        control.put(PHONE, Map.of());
        assertInvalid(control.put("/sim/phones/12ab", Map.of()), "number: found 12ab, allowed 5 to 15 digits");
        assertInvalid(control.put(PHONE, Map.of("pushName", 7)), "pushName: found 7, allowed a string");
        assertInvalid(control.post(PHONE + "/scan", Map.of()), "qr: found nothing");
        assertInvalid(control.post(PHONE + "/scan", Map.of("qr", "hello")), "qr: found another text");
        assertInvalid(control.post(PHONE + "/scan", Map.of("image", "hello")), "image: found another text");
        assertInvalid(
                control.post(PHONE + "/scan", Map.of("image", "data:image/png;base64,AAAA")), "image: found 3 bytes");
        assertInvalid(control.post(PHONE + "/messages", Map.of("to", "6281200000002")), "text: found nothing");
        assertInvalid(
                control.post(PHONE + "/messages", Map.of("to", "6289876543210", "text", "x")),
                "to: found 6289876543210, allowed a number that is registered");
        assertInvalid(control.put("/sim/numbers/6281200000001", Map.of("registered", "no")), "registered: found");
        assertError(control.json("PUT", PHONE, "{"), 400, "invalid_json");
        assertError(control.json("PUT", PHONE, "[]"), 400, "invalid_json");
    }

    @Test
    void invalidFaultsAreRefused() {
        assertInvalid(control.post("/sim/faults", Map.of()), "kind: found nothing");
        assertInvalid(control.post("/sim/faults", Map.of("kind", "x")), "kind: found x, allowed ack-delay, ack-drop");
        assertInvalid(control.post("/sim/faults", Map.of("kind", "ack-delay")), "millis: found nothing");
        assertInvalid(control.post("/sim/faults", Map.of("kind", "ack-error")), "code: found nothing");
        assertInvalid(
                control.post("/sim/faults", Map.of("kind", "stream-error", "code", 999)),
                "code: found 999, allowed one of [401, 403, 409, 500, 503, 515]");
        assertInvalid(
                control.post("/sim/faults", Map.of("kind", "ack-drop", "times", 0)), "times: found 0, allowed a whole");
        assertInvalid(control.post("/sim/faults", Map.of("kind", "ack-drop", "session", "x")), "session: found x");
        assertError(control.delete("/sim/faults/none"), 404, "unknown_fault");
    }

    @Test
    void everyKindOfFaultIsAccepted() {
        for (FaultKind kind : FaultKind.values()) {
            var answer = control.post(
                    "/sim/faults",
                    Map.of(
                            "kind",
                            kind.wireName(),
                            "millis",
                            1,
                            "code",
                            503,
                            "status",
                            500,
                            "session",
                            "6281200000001"));
            assertThat(answer.status()).as(kind.wireName()).isEqualTo(200);
        }
        assertThat(control.get("/sim/faults").json().size()).isEqualTo(FaultKind.values().length);
        control.delete("/sim/faults");
        assertThat(control.get("/sim/faults").json().size()).isZero();
    }

    @Test
    void overridesOfNumbersAreListedAndTakenBack() {
        control.put("/sim/numbers/6289876543210", Map.of("registered", true));
        assertThat(control.get("/sim/numbers").json().toString())
                .isEqualTo("{\"6289876543210\":{\"registered\":true,\"alias\":null}}");
        assertThat(control.delete("/sim/numbers/6289876543210").json().toString())
                .isEqualTo("{\"registered\":false,\"alias\":null,\"canonical\":\"6289876543210\"}");
    }

    @Test
    void aNumberIsGivenAnAlias() {
        assertThat(control.put("/sim/numbers/6281200000001", Map.of("alias", "6281200000002"))
                        .json()
                        .toString())
                .isEqualTo("{\"registered\":true,\"alias\":\"6281200000002\",\"canonical\":\"6281200000001\"}");
        assertThat(control.get("/sim/numbers/6281200000002").json().toString())
                .isEqualTo("{\"registered\":true,\"alias\":null,\"canonical\":\"6281200000001\"}");
        assertThat(control.put(PHONE.replace("0001", "0002"), Map.of())
                        .json()
                        .get("number")
                        .stringValue())
                .as("the phone of an alias is that of its number")
                .isEqualTo("6281200000001");
        for (String none : List.of("{\"registered\":true}", "{\"alias\":null}")) {
            control.put("/sim/numbers/6281200000001", Map.of("alias", "6281200000002"));
            assertThat(control.json("PUT", "/sim/numbers/6281200000001", none).status())
                    .isEqualTo(200);
            assertThat(control.get("/sim/numbers/6281200000002")
                            .json()
                            .get("canonical")
                            .stringValue())
                    .isEqualTo("6281200000002");
        }
    }

    @Test
    void anAliasThatCannotBeIsRefused() {
        control.put(PHONE, Map.of());
        control.put("/sim/numbers/6281200000003", Map.of("alias", "6281200000004"));
        assertInvalid(
                control.put("/sim/numbers/6281200000005", Map.of("alias", "12ab")),
                "alias: found 12ab, allowed 5 to 15 digits");
        assertInvalid(
                control.put("/sim/numbers/6281200000005", Map.of("alias", 7)), "alias: found 7, allowed a string");
        assertInvalid(
                control.put("/sim/numbers/6281200000005", Map.of("alias", "6281200000001")),
                "alias: found 6281200000001, allowed a number that has no phone");
        assertInvalid(
                control.put("/sim/numbers/6281200000005", Map.of("alias", "6281200000004")),
                "alias: found 6281200000004, allowed a number that is not the alias of 6281200000003");
        assertInvalid(control.put("/sim/numbers/6281200000005", Map.of()), "registered: found nothing");
    }

    @Test
    void statsHaveEveryCounter() {
        assertThat(control.get("/sim/stats").json().propertyNames())
                .containsExactly(
                        "connections",
                        "openConnections",
                        "resumedHandshakes",
                        "fallbackHandshakes",
                        "routedConnections",
                        "emptyFrames",
                        "logins",
                        "pairings",
                        "messages",
                        "distinctMessages",
                        "duplicateMessages",
                        "preKeyMessages",
                        "undeliverable",
                        "undecryptable",
                        "falselyDelivered",
                        "keyQueries",
                        "retryRequests",
                        "numberChecks",
                        "deviceQueries",
                        "mediaUploads",
                        "mediaRefused",
                        "replacedConnections");
    }

    @Test
    void tellsWhereTheProxyIsAndWhomToTrust() {
        assertThat(control.get("/sim").json().get("proxyPort").intValue())
                .isEqualTo(fixture.simulator().proxyPort());
        assertThat(new String(control.send("GET", "/sim/ca.pem", null).body(), StandardCharsets.US_ASCII))
                .isEqualTo(fixture.simulator().caCertificatePem());
    }

    @Test
    void servesThePageUnderAStrictPolicy() {
        HttpResponse<byte[]> page = control.send("GET", "/", null);
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self';")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        String html = new String(page.body(), StandardCharsets.UTF_8);
        assertThat(html).contains("WhatsApp simulator").doesNotContain("<style").doesNotContain("http://");
        assertThat(html).doesNotContainPattern(" on[a-z]+=");
        for (String path : List.of("/page.css", "/page.js", "/favicon.svg")) {
            assertThat(html.contains(path)).as(path).isTrue();
            assertThat(control.send("GET", path, null).statusCode()).isEqualTo(200);
        }
        String script = new String(control.send("GET", "/page.js", null).body(), StandardCharsets.UTF_8);
        assertThat(script)
                .doesNotContain("innerHTML")
                .doesNotContain("insertAdjacentHTML")
                .doesNotContain("eval(");
        for (FaultKind kind : FaultKind.values()) {
            assertThat(script).contains("'" + kind.wireName() + "'");
        }
    }

    private static void assertInvalid(ControlClient.Answer answer, String message) {
        assertError(answer, 400, "invalid_field");
        assertThat(answer.json().get("error").get("message").stringValue()).startsWith(message);
    }

    private static void assertError(ControlClient.Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(status);
        assertThat(answer.json().get("error").get("code").stringValue()).isEqualTo(code);
    }
}
