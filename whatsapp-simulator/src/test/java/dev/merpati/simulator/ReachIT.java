package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.client.Upload;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.noise.NoisePattern;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The ways in which clients reach the server, and what they have to trust. */
class ReachIT {
    private static final String NUMBER = "6281200000001";

    @TempDir
    Path directory;

    @Test
    void aClientThatWasGivenTheAddressIsToldToUploadThere() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            String address = "127.0.0.1:" + fixture.simulator().proxyPort();
            TestDevice device = directDevice(fixture, "wss://" + address + "/ws/chat?ED=CAUIEggF");
            fixture.link(device, NUMBER);
            device.login();
            assertThat(mediaHost(device)).isEqualTo(address);
            Upload upload = Upload.of(Bytes.random(1000));
            HttpResponse<String> stored = upload.send(device);
            assertThat(stored.statusCode()).isEqualTo(200);
            assertThat(stored.body()).contains("\"url\":\"https://" + address + "/v/");
        }
    }

    @Test
    void aClientMayConnectWithoutTls() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = directDevice(
                    fixture, "ws://127.0.0.1:" + fixture.simulator().proxyPort() + "/ws/chat");
            fixture.link(device, NUMBER);
            device.login();
            assertThat(device.ask(TestDevice.iq("get", "w:p", Node.of("ping"))).text("type"))
                    .isEqualTo("result");
        }
    }

    @Test
    void theMediaHostIsConfigured() throws Exception {
        HostOptions hosts = HostOptions.DEFAULT.withMediaHost("media.test:8443");
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST.withHosts(hosts))) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            assertThat(mediaHost(device)).isEqualTo("media.test:8443");
            assertThat(Upload.of(Bytes.random(1000)).send(device).statusCode())
                    .as("the proxy takes connections to it, and the certificate is for it")
                    .isEqualTo(200);
        }
    }

    @Test
    void whatsAppsClientsAreToldWhatsAppsMediaHost() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            assertThat(mediaHost(fixture.linkedDevice(NUMBER))).isEqualTo("mmg.whatsapp.net");
        }
    }

    @Test
    void theProxyConnectsToTheServerOnly() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            HttpClient client = fixture.newDevice().http();
            HttpRequest elsewhere =
                    HttpRequest.newBuilder(URI.create("https://example.com/")).build();
            assertThatThrownBy(() -> client.send(elsewhere, BodyHandlers.discarding()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aClientResumesAndFallsBack() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice device = fixture.linkedDevice(NUMBER);
            device.resumeWith(device.handshake().serverStatic());
            device.routeBy(new byte[] {8, 5, 8, 18, 8, 5});
            device.login();
            assertThat(device.handshake().pattern()).isEqualTo(NoisePattern.IK);
            fixture.control().fault(Map.of("kind", "refuse-resume", "times", 1));
            device.login();
            assertThat(device.handshake().pattern()).isEqualTo(NoisePattern.XX_FALLBACK);
            device.login();
            assertThat(device.handshake().pattern()).isEqualTo(NoisePattern.IK);
            assertThat(fixture.control().stat("resumedHandshakes")).isEqualTo(2);
            assertThat(fixture.control().stat("fallbackHandshakes")).isEqualTo(1);
        }
    }

    @Test
    void theNoiseRootIsToldInAllForms() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST.withDirectory(directory))) {
            TestDevice device = fixture.newDevice();
            device.requestCodes();
            var root = fixture.control().get("/sim/noise-root").json();
            byte[] key = HexFormat.of().parseHex(root.get("hex").stringValue());
            assertThat(device.handshake().isSignedBy(key)).isTrue();
            assertThat(Base64.getDecoder().decode(root.get("base64").stringValue()))
                    .isEqualTo(key);
            assertThat(root.get("serial").intValue()).isZero();
            assertThat(root.get("bytes").size()).isEqualTo(32);
            assertThat(root.get("bytes").get(31).intValue()).isEqualTo(key[31] & 0xff);
            assertThat(Files.readString(directory.resolve("noise-root")).strip())
                    .isEqualTo(root.get("hex").stringValue());
        }
    }

    @Test
    void aRootOfOnesOwnIsUsedAndExported() throws Exception {
        String pem;
        X509Certificate root;
        try (SimulatorFixture other = new SimulatorFixture(SimulatorFixture.FAST.withDirectory(directory))) {
            root = other.simulator().caCertificate();
            pem = other.simulator().caCertificatePem() + "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(Files.readAllBytes(directory.resolve("ca-key.der")))
                    + "\n-----END PRIVATE KEY-----\n";
        }
        Path file = Files.writeString(directory.resolve("own.pem"), pem);
        Path state = directory.resolve("state");
        SimulatorOptions options = SimulatorFixture.FAST
                .withDirectory(state)
                .withHosts(HostOptions.DEFAULT.withCertificateAuthority(file));
        try (SimulatorFixture fixture = new SimulatorFixture(options)) {
            assertThat(fixture.simulator().caCertificate()).isEqualTo(root);
            fixture.newDevice().requestCodes();
            assertThat(Files.readString(state.resolve("ca.pem")))
                    .isEqualTo(fixture.simulator().caCertificatePem());
            assertThat(state.resolve("ca-key.der")).doesNotExist();
        }
        Files.writeString(file, pem.substring(0, pem.indexOf("-----BEGIN PRIVATE")));
        assertThatThrownBy(() -> Simulator.start(options))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("no private key");
    }

    @Test
    void clientsLookTheCurrentVersionUp() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            HttpClient client = fixture.newDevice().http();
            HttpRequest script = HttpRequest.newBuilder(URI.create("https://web.whatsapp.com/sw.js"))
                    .build();
            assertThat(client.send(script, BodyHandlers.ofString()).body())
                    .containsPattern("\"client_revision\":1\\d{9},");
        }
    }

    @Test
    void aMockPhoneScansWhatItIsShown() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            TestDevice first = fixture.newDevice().named("Alice");
            TestDevice second = fixture.newDevice().named("Alice");
            TestDevice other = fixture.newDevice().named("restricted:Bob");
            String port = "http://127.0.0.1:" + fixture.simulator().proxyPort();
            String number = scanned(first, port, "");
            assertThat(scanned(second, port, "")).isEqualTo(number);
            assertThat(second.jid().device()).isEqualTo(2);
            String restricted = scanned(other, port, "");
            assertThat(restricted).isNotEqualTo(number);
            assertThat(phone(fixture, number).get("pushName").stringValue()).isEqualTo("Alice");
            assertThat(phone(fixture, restricted).get("restricted").booleanValue())
                    .isTrue();
        }
    }

    @Test
    void aMockPhoneIsNamedInTheCall() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            fixture.control().put("/sim/phones/" + NUMBER, Map.of("pushName", "Carol"));
            String control = "http://127.0.0.1:" + fixture.simulator().controlPort();
            assertThat(scanned(fixture.newDevice(), control, "?pushName=Carol")).isEqualTo(NUMBER);
            assertThat(scanned(fixture.newDevice(), control, "?number=6281200000002"))
                    .isEqualTo("6281200000002");
            String port = "http://127.0.0.1:" + fixture.simulator().proxyPort();
            TestDevice device = fixture.newDevice();
            String code = device.requestCodes().getFirst();
            String query = "?number=6281200000003&qr=" + URLEncoder.encode(code, StandardCharsets.UTF_8);
            HttpRequest request = HttpRequest.newBuilder(URI.create(port + "/admin/mock-phone/scan-qr" + query))
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                CompletableFuture<HttpResponse<String>> scan = client.sendAsync(request, BodyHandlers.ofString());
                device.finishPairing();
                assertThat(scan.join().body()).contains("6281200000003:1@");
            }
        }
    }

    @Test
    void aMockPhoneTellsWhatIsWrong() throws Exception {
        try (SimulatorFixture fixture = new SimulatorFixture(SimulatorFixture.FAST)) {
            for (int port :
                    List.of(fixture.simulator().proxyPort(), fixture.simulator().controlPort())) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/admin/mock-phone/scan-qr"))
                        .POST(BodyPublishers.ofString("nonsense"))
                        .build();
                try (HttpClient client = HttpClient.newHttpClient()) {
                    assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                            .isEqualTo(400);
                }
            }
        }
    }

    /** Lets a mock phone scan the device's code; returns its number. */
    private static String scanned(TestDevice device, String server, String query) {
        String code = device.requestCodes().getFirst();
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + "/admin/mock-phone/scan-qr" + query))
                .POST(BodyPublishers.ofString(code))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<HttpResponse<String>> scan = client.sendAsync(request, BodyHandlers.ofString());
            device.finishPairing();
            assertThat(scan.join().statusCode()).as(scan.join().body()).isEqualTo(200);
        }
        return device.jid().user();
    }

    private static JsonNode phone(SimulatorFixture fixture, String number) {
        for (var phone : fixture.control().get("/sim/phones").json()) {
            if (phone.get("number").stringValue().equals(number)) {
                return phone;
            }
        }
        throw new AssertionError("There is no phone " + number);
    }

    private static String mediaHost(TestDevice device) {
        return device.ask(TestDevice.iq("set", "w:m", Node.of("media_conn")))
                .child("media_conn")
                .orElseThrow()
                .child("host")
                .orElseThrow()
                .text("hostname");
    }

    private static TestDevice directDevice(SimulatorFixture fixture, String chat) {
        return fixture.newDevice().connectingTo(URI.create(chat));
    }
}
