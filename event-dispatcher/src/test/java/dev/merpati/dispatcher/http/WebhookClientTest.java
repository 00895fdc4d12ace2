package dev.merpati.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.dispatcher.http.HttpAnswer.Result;
import dev.merpati.dispatcher.webhook.TestEndpoint;
import dev.merpati.dispatcher.webhook.TestEndpoint.Reply;
import dev.merpati.model.webhook.MalformedWebhookUrlException;
import dev.merpati.model.webhook.WebhookUrl;
import dev.merpati.testlogging.ExpectErrors;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.netty.http.server.HttpServer;

@ExpectErrors(logger = "reactor.netty.http.client.HttpClientConnect")
class WebhookClientTest {
    private static final WebhookUrl.Policy EVERYTHING = new WebhookUrl.Policy(true, true);
    private static final WebhookClient.Limits LIMITS =
            new WebhookClient.Limits(Duration.ofSeconds(2), Duration.ofSeconds(5), 2);
    private static final WebhookClient.Limits HASTY =
            new WebhookClient.Limits(Duration.ofMillis(300), Duration.ofMillis(500), 2);

    private final TestEndpoint endpoint = new TestEndpoint();
    private final List<WebhookClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(WebhookClient::close);
        endpoint.close();
    }

    @Test
    void sendsTheBodyAndTheHeadersAndReadsTheAnswer() throws Exception {
        HttpAnswer answer = post(LIMITS, endpoint.url());

        assertThat(answer).isEqualTo(new HttpAnswer(Result.DELIVERED, 200, null, "answer 200", null));
        TestEndpoint.Received received = endpoint.received().getFirst();
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.path()).isEqualTo("/hook");
        assertThat(received.body()).isEqualTo("{}");
        assertThat(received.headers())
                .containsEntry("x-test", "1")
                .containsEntry("content-length", "2")
                .containsEntry("host", "127.0.0.1:" + endpoint.port());
    }

    @ParameterizedTest
    @CsvSource({"204, DELIVERED", "301, REDIRECT", "404, CLIENT_ERROR", "410, CLIENT_ERROR", "500, SERVER_ERROR"})
    void tellsAnswersByTheirStatus(int status, Result result) throws Exception {
        endpoint.behave(request ->
                new Reply(status, Map.of("Location", endpoint.url() + "/elsewhere"), Flux.empty(), false, false));

        HttpAnswer answer = post(LIMITS, endpoint.url());

        assertThat(answer.result()).isEqualTo(result);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(endpoint.count()).as("no redirect was followed").isEqualTo(1);
    }

    @Test
    void tellsHowLongTheEndpointWantsToBeLeftAlone() throws Exception {
        endpoint.behave(request -> Reply.of(429, "Retry-After", "17"));

        assertThat(post(LIMITS, endpoint.url()).retryAfter()).isEqualTo(Duration.ofSeconds(17));
    }

    @Test
    void givesUpWhatHangsAndWhatIsCut() throws Exception {
        endpoint.behave(request -> Reply.hanging());
        assertThat(post(HASTY, endpoint.url()).result()).isEqualTo(Result.TIMEOUT);

        endpoint.behave(request -> Reply.cutting());
        assertThat(post(LIMITS, endpoint.url()).result()).isEqualTo(Result.CONNECTION);
    }

    @Test
    void takesAStatusForTheAnswerHoweverSlowlyItsBodyDrips() throws Exception {
        endpoint.behave(request -> Reply.of(
                200, Flux.interval(Duration.ofMillis(50)).map(i -> "drip ").take(1_000)));

        HttpAnswer answer = post(HASTY, endpoint.url());

        assertThat(answer.result()).isEqualTo(Result.DELIVERED);
        assertThat(answer.body()).startsWith("drip ");
    }

    @Test
    void keepsTheBeginningOfALongAnswerAndReadsNoMoreThanItMust() throws Exception {
        endpoint.behave(request -> Reply.of(500, Flux.range(0, 1_000_000).map(i -> "\u00e9".repeat(1_000))));

        HttpAnswer answer = post(LIMITS, endpoint.url());

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("\u00e9".repeat(512));
    }

    @Test
    void refusesAHeadThatIsTooLargeAndWhatIsNoHttp() throws Exception {
        endpoint.behave(request -> Reply.of(200, "X-Large", "a".repeat(WebhookClient.MOST_HEAD)));
        assertThat(post(LIMITS, endpoint.url()).result()).isEqualTo(Result.MALFORMED);

        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(server, "SSH-2.0-OpenSSH_9.9\r\n\r\n"));
            assertThat(post(LIMITS, "http://127.0.0.1:" + server.getLocalPort() + "/")
                            .result())
                    .isIn(Result.MALFORMED, Result.CONNECTION);
        }
    }

    @Test
    void oneEndpointThatHangsStarvesNoOther() throws Exception {
        endpoint.behave(request -> request.path().equals("/slow") ? Reply.hanging() : TestEndpoint.OK);
        WebhookClient client = client(LIMITS, EVERYTHING, null);
        WebhookUrl slow = url("http://127.0.0.1:" + endpoint.port() + "/slow", EVERYTHING);
        List<CompletableFuture<HttpAnswer>> hanging = new ArrayList<>();
        for (int i = 0; i < LIMITS.maxConnections(); i++) {
            hanging.add(client.post("one", slow, Map.of(), new byte[0]));
        }

        HttpAnswer answer = client.post("other", url(endpoint.url(), EVERYTHING), Map.of(), new byte[0])
                .get(2, TimeUnit.SECONDS);

        assertThat(answer.result()).isEqualTo(Result.DELIVERED);
        assertThat(hanging).noneMatch(CompletableFuture::isDone);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "10.0.0.1", "169.254.169.254"})
    void connectsToNoPrivateAddressWhateverItsName(String host) throws Exception {
        // The URL is let through, as that of a name would be which resolves to such an address.
        WebhookClient client = client(LIMITS, new WebhookUrl.Policy(true, false), null);
        WebhookUrl url = url("http://" + host + ":" + endpoint.port() + "/hook", EVERYTHING);

        HttpAnswer answer = client.post("e", url, Map.of(), new byte[0]).get(10, TimeUnit.SECONDS);

        assertThat(answer.result()).isEqualTo(Result.NO_ADDRESS);
        assertThat(answer.error()).isEqualTo("the host has no address on the public Internet");
        assertThat(endpoint.count()).isZero();
    }

    @Test
    void tellsThatNobodyListens() throws Exception {
        int port = endpoint.port();
        endpoint.close();

        assertThat(post(LIMITS, "http://127.0.0.1:" + port + "/").result()).isEqualTo(Result.CONNECTION);
    }

    @Test
    void believesOnlyACertificateThatIsTrustedAndForTheName(@TempDir Path folder) throws Exception {
        KeyStore keys = certificate(folder, "localhost");
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, "password".toCharArray());
        SslContext serverTls = SslContextBuilder.forServer(own).build();
        SslContext trusting = SslContextBuilder.forClient()
                .trustManager((X509Certificate) keys.getCertificate("key"))
                .build();
        try (TestEndpoint secure = new TestEndpoint(HttpServer.create().secure(spec -> spec.sslContext(serverTls)))) {
            String named = "https://localhost:" + secure.port() + "/";
            String other = "https://127.0.0.1:" + secure.port() + "/";

            assertThat(post(client(LIMITS, EVERYTHING, trusting), named).result())
                    .isEqualTo(Result.DELIVERED);
            assertThat(post(client(LIMITS, EVERYTHING, null), named).result()).isEqualTo(Result.TLS);
            assertThat(post(client(LIMITS, EVERYTHING, trusting), other).result())
                    .isEqualTo(Result.TLS);
            assertThat(secure.count()).isEqualTo(1);
        }
    }

    private HttpAnswer post(WebhookClient.Limits limits, String url) throws Exception {
        return post(client(limits, EVERYTHING, null), url);
    }

    private static HttpAnswer post(WebhookClient client, String url) throws Exception {
        return client.post("e", url(url, EVERYTHING), Map.of("x-test", "1"), "{}".getBytes(StandardCharsets.UTF_8))
                .get(10, TimeUnit.SECONDS);
    }

    private WebhookClient client(
            WebhookClient.Limits limits, WebhookUrl.Policy policy, @org.jspecify.annotations.Nullable SslContext tls) {
        WebhookClient client = new WebhookClient(limits, policy, InstantSource.system(), tls);
        clients.add(client);
        return client;
    }

    private static WebhookUrl url(String text, WebhookUrl.Policy policy) throws MalformedWebhookUrlException {
        return WebhookUrl.parse(text, policy);
    }

    private static void answer(ServerSocket server, String text) {
        try (var socket = server.accept()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.getInputStream().read();
        } catch (IOException _) {
            // The client has seen enough.
        }
    }

    private static KeyStore certificate(Path folder, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "password")
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, "password".toCharArray());
        }
        return keys;
    }
}
