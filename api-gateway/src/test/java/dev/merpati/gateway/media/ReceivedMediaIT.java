package dev.merpati.gateway.media;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import dev.merpati.model.media.ReceivedFile;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/** Received files over HTTP, from the real media store and a worker that does what it is told to. */
class ReceivedMediaIT {
    private static final String ID = "AbCdEfGhIjKlMnOpQrStUv";

    private final GatewayHarness gateway = SharedGateway.get();
    private final RedisKeys keys = new RedisKeys(new ShardMap(GatewayHarness.SHARDS));
    private final UUID session = gateway.newSession(gateway.acme);
    private final byte[] content = random(200_000);
    private final String sha256 = sha256(content);

    @BeforeEach
    void begin() {
        gateway.worker().reset();
        remember(session, "image/jpeg", "Foto.jpg");
        gateway.worker().on(envelope -> {
            // The session's creation may come only now.
            if (!(envelope.command() instanceof Command.FetchMedia)) {
                return Optional.of(new Outcome.SessionChanged());
            }
            store(envelope.sessionId());
            return Optional.of(new Outcome.MediaFetched());
        });
    }

    @AfterEach
    void end() throws IOException {
        gateway.worker().reset();
        Files.deleteIfExists(file(session));
    }

    /** The session is not connected, which a download does not need. */
    @Test
    void theFirstRequestHasItFetchedAndLaterOnesDoNot() {
        EntityExchangeResult<byte[]> first = get(200);
        EntityExchangeResult<byte[]> second = get(200);

        assertThat(first.getResponseBody()).isEqualTo(content);
        assertThat(second.getResponseBody()).isEqualTo(content);
        HttpHeaders headers = first.getResponseHeaders();
        assertThat(headers.getFirst("Content-Type")).isEqualTo("image/jpeg");
        assertThat(headers.getFirst("Content-Disposition"))
                .startsWith("inline; filename=\"")
                .contains("Foto.jpg");
        assertThat(headers.getContentLength()).isEqualTo(content.length);
        assertThat(headers.getETag()).isEqualTo("\"" + sha256 + "\"");
        assertThat(headers.getFirst("Accept-Ranges")).isEqualTo("bytes");
        assertThat(headers.getFirst("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(headers.getFirst("Content-Security-Policy")).startsWith("sandbox;");
        assertThat(headers.getCacheControl()).isEqualTo("no-cache, private");
        assertThat(gateway.worker().received(Command.FetchMedia.class))
                .singleElement()
                .satisfies(fetch -> assertThat(fetch.command()).isEqualTo(new Command.FetchMedia(ID)));
    }

    @Test
    void whatABrowserCouldRunIsToBeSaved() {
        remember(session, "text/html", "a.html");

        HttpHeaders headers = get(200).getResponseHeaders();

        assertThat(headers.getFirst("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(headers.getFirst("Content-Disposition")).startsWith("attachment;");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-9, 0, 10",
        "bytes=100000-149999, 100000, 50000",
        "bytes=199990-, 199990, 10",
        "bytes=-5, 199995, 5",
    })
    void aPartIsHandedOut(String range, int from, int length) {
        EntityExchangeResult<byte[]> part = get(206, "Range", range);

        assertThat(part.getResponseBody()).isEqualTo(Arrays.copyOfRange(content, from, from + length));
        assertThat(part.getResponseHeaders().getFirst("Content-Range"))
                .isEqualTo("bytes " + from + "-" + (from + length - 1) + "/200000");
        assertThat(part.getResponseHeaders().getContentLength()).isEqualTo(length);
    }

    @Test
    void aPartThatIsNotThereIsRefused() {
        EntityExchangeResult<byte[]> refused = get(416, "Range", "bytes=200000-");

        assertThat(refused.getResponseHeaders().getFirst("Content-Range")).isEqualTo("bytes */200000");
    }

    @Test
    void aPartOfWhatTheClientHasIsHandedOutOnlyIfItIsThat() {
        assertThat(get(206, "Range", "bytes=0-1", "If-Range", "\"" + sha256 + "\"")
                        .getResponseBody())
                .hasSize(2);
        assertThat(get(200, "Range", "bytes=0-1", "If-Range", "\"another\"").getResponseBody())
                .hasSize(content.length);
    }

    @Test
    void whatTheClientHasIsNotSentAgain() {
        assertThat(get(304, "If-None-Match", "\"x\", W/\"" + sha256 + "\"").getResponseBody())
                .isNullOrEmpty();
        assertThat(gateway.worker().received(Command.FetchMedia.class)).isEmpty();
        assertThat(get(200, "If-None-Match", "\"x\"").getResponseBody()).isEqualTo(content);
    }

    @Test
    void headTellsTheSameWithoutTheFile() {
        EntityExchangeResult<byte[]> head = gateway.as(gateway.acme)
                .method(HttpMethod.HEAD)
                .uri("/api/sessions/{session}/media/{id}", session, ID)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult();

        assertThat(head.getResponseBody()).isNullOrEmpty();
        assertThat(head.getResponseHeaders().getContentLength()).isEqualTo(content.length);
        assertThat(head.getResponseHeaders().getETag()).isEqualTo("\"" + sha256 + "\"");
    }

    @Test
    void aFileThatTakesLongerIsAskedForAgain() throws IOException {
        try (var patient = gateway.startAnother("--merpati.gateway.downloads.fetch-timeout=300ms")) {
            gateway.worker().on(_ -> Optional.empty());
            JsonNode answer = body(
                    GatewayHarness.client(patient, gateway.acme)
                            .get()
                            .uri("/api/sessions/{session}/media/{id}", session, ID),
                    202);
            assertThat(answer.path("success").asBoolean()).isTrue();
            assertThat(answer.path("status").asString()).isEqualTo("fetching");
        }
        store(session);
        assertThat(get(200).getResponseBody()).isEqualTo(content);
    }

    /** WhatsApp does not keep it, and the phone is offline. */
    @Test
    void aFileThatThePhoneWasAskedFor() {
        gateway.worker().on(_ -> Optional.of(new Outcome.MediaRequested()));

        EntityExchangeResult<byte[]> answer = get(202);

        assertThat(answer.getResponseHeaders().getFirst("Retry-After")).isEqualTo("30");
        assertThat(new String(answer.getResponseBody(), StandardCharsets.UTF_8)).contains("\"status\":\"requested\"");
        store(session);
        assertThat(get(200).getResponseBody()).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({
        "MEDIA_NOT_FOUND, 404, media_not_found",
        "MEDIA_EXPIRED, 410, media_expired",
        "MEDIA_CORRUPT, 422, media_corrupt",
        "MEDIA_TOO_LARGE, 422, media_too_large",
        "MEDIA_UNREACHABLE, 502, media_unreachable",
        "SESSION_BUSY, 429, session_busy",
    })
    void aFileThatCannotBeFetched(FailureCode code, int status, String error) {
        gateway.worker().on(_ -> Optional.of(Outcome.Failed.of(code, "told by the test")));

        assertThat(error(session, ID, status)).isEqualTo(error);
    }

    /** Gateway and worker have different directories, or it was swept in between. */
    @Test
    void aFileThatIsNotWhereTheWorkerPutIt() {
        gateway.worker().on(_ -> Optional.of(new Outcome.MediaFetched()));

        assertThat(error(session, ID, 502)).isEqualTo("media_unreachable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknownunknownunknownu", "short", "AbCdEfGhIjKlMnOpQrStUv0", "AbCdEfGhIjKlMnOpQr..uv"})
    void anUnknownId(String id) {
        assertThat(error(session, id, 404)).isEqualTo("media_not_found");
        assertThat(gateway.worker().received(Command.FetchMedia.class)).isEmpty();
    }

    /** The file of one session is not found under another one, and another tenant's session not at all. */
    @Test
    void aFileIsItsSessionsOnly() {
        store(session);
        UUID other = gateway.newSession(gateway.acme);
        UUID foreign = gateway.newSession(gateway.other);
        remember(foreign, "image/jpeg", null);
        store(foreign);

        assertThat(error(other, ID, 404)).isEqualTo("media_not_found");
        assertThat(error(foreign, ID, 403)).isEqualTo("forbidden");
        assertThat(error(UUID.randomUUID(), ID, 404)).isEqualTo("session_not_found");
    }

    /** Whose memory and place are held meanwhile: the file is not read further than the client takes it. */
    @Test
    void aClientThatLeavesGivesItsPlaceBack() throws IOException {
        Files.write(file(session), random(40_000_000));
        Gauge downloads = gateway.context()
                .getBean(MeterRegistry.class)
                .get("merpati.gateway.downloads")
                .gauge();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            client.getOutputStream()
                    .write(("GET /api/sessions/" + session + "/media/" + ID
                                    + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                                    + gateway.acme.key().key() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
            assertThat(downloads.value()).isEqualTo(1);
        }
        await().untilAsserted(() -> assertThat(downloads.value()).isZero());
        assertThat(get(206, "Range", "bytes=0-9").getResponseBody()).hasSize(10);
    }

    private EntityExchangeResult<byte[]> get(int status, String... headers) {
        var request = gateway.as(gateway.acme).get().uri("/api/sessions/{session}/media/{id}", session, ID);
        for (int i = 0; i < headers.length; i += 2) {
            request = request.header(headers[i], headers[i + 1]);
        }
        return request.exchange().expectStatus().isEqualTo(status).expectBody().returnResult();
    }

    private String error(UUID of, String id, int status) {
        return body(gateway.as(gateway.acme).get().uri("/api/sessions/" + of + "/media/" + id), status)
                .path("code")
                .asString();
    }

    private void remember(UUID of, String mimeType, @Nullable String fileName) {
        gateway.worker()
                .redis()
                .hset(
                        keys.receivedFiles(of),
                        ID,
                        new ReceivedFile(mimeType, fileName, content.length, sha256, System.currentTimeMillis())
                                .stored());
    }

    private void store(UUID of) {
        try {
            Files.write(file(of), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(UUID of) {
        return gateway.mediaDirectory().resolve(ReceivedFile.nameInStore(of, ID));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
