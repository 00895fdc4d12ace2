package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the receiving servers of the documentation as a customer does, and sends them what a dispatcher sends and what an attacker
 * would. Java is always there; the other languages where they are installed.
 */
class ReceiverSnippetsIT {
    private static final byte[] KEY = "a key that is only for tests....".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER_KEY = "another key that does not fit...".getBytes(StandardCharsets.UTF_8);

    /** With blanks and an emoji: whoever writes the JSON anew has other bytes. */
    private static final byte[] BODY =
            "{\"type\": \"message.received\" ,\"data\":{\"text\":\"halo 🕊\"}}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    @Test
    void java() throws Exception {
        receives(
                "java",
                "Receiver.java",
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }

    @Test
    void node() throws Exception {
        receives("javascript", "receiver.mjs", "node");
    }

    @Test
    void python() throws Exception {
        receives("python", "receiver.py", "python3");
    }

    @Test
    void php() throws Exception {
        receives("php", "receiver.php", "php");
    }

    /** Compiles the standard library when nobody has done so before. */
    @Tag("heavy")
    @Test
    void go() throws Exception {
        receives("go", "receiver.go", "go");
    }

    private void receives(String language, String file, String program) throws Exception {
        Assumptions.assumeTrue(isInstalled(program), program + " is not installed");
        String code = ReceiverSnippets.ALL.stream()
                .filter(snippet -> snippet.language().equals(language))
                .findFirst()
                .orElseThrow()
                .code();
        Path source = Files.writeString(directory.resolve(file), code);
        int port = freePort();
        List<String> command = switch (language) {
            case "go" -> List.of(program, "run", source.toString());
            case "php" -> List.of(program, "-S", "127.0.0.1:" + port, source.toString());
            default -> List.of(program, source.toString());
        };
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "WEBHOOK_SECRET",
                        "whsec_" + Base64.getEncoder().encodeToString(KEY),
                        "PORT",
                        String.valueOf(port)));
        Process process = builder.start();
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                assertThat(process.isAlive()).as("%s", Files.readString(log)).isTrue();
                return answers(port);
            });
            new Endpoint(port, directory.resolve("inbox")).mustBehave();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    /** A receiver that runs. */
    private record Endpoint(int port, Path inbox) {
        void mustBehave() throws Exception {
            String now = String.valueOf(Instant.now().getEpochSecond());
            String good = signature(KEY, "1795820000123-000004", now, BODY);

            assertThat(post("1795820000123-000004", now, good, BODY))
                    .as("a delivery")
                    .isEqualTo(204);
            assertThat(Files.readAllBytes(inbox.resolve("1795820000123-000004.json")))
                    .isEqualTo(BODY);
            assertThat(post("1795820000123-000004", now, good, BODY))
                    .as("a repeat")
                    .isEqualTo(204);
            assertThat(post(
                            "ping-2",
                            now,
                            signature(OTHER_KEY, "ping-2", now, BODY) + " " + signature(KEY, "ping-2", now, BODY),
                            BODY))
                    .as("while the secret is being replaced")
                    .isEqualTo(204);

            assertThat(post("e-3", now, signature(OTHER_KEY, "e-3", now, BODY), BODY))
                    .as("another secret")
                    .isEqualTo(401);
            assertThat(post("e-4", now, good, BODY))
                    .as("the signature of another event")
                    .isEqualTo(401);
            assertThat(post("1795820000123-000004", now, good, "{}".getBytes(StandardCharsets.UTF_8)))
                    .as("another body")
                    .isEqualTo(401);
            String old =
                    String.valueOf(Instant.now().minus(Duration.ofMinutes(6)).getEpochSecond());
            assertThat(post("e-5", old, signature(KEY, "e-5", old, BODY), BODY))
                    .as("old")
                    .isEqualTo(401);
            String late =
                    String.valueOf(Instant.now().plus(Duration.ofMinutes(6)).getEpochSecond());
            assertThat(post("e-6", late, signature(KEY, "e-6", late, BODY), BODY))
                    .as("of the future")
                    .isEqualTo(401);
            assertThat(post("../e-7", now, signature(KEY, "../e-7", now, BODY), BODY))
                    .as("an id that is a path")
                    .isEqualTo(401);
            assertThat(post("e-8", now, "v1,", BODY)).as("an empty signature").isEqualTo(401);
            assertThat(post("e-8", now, "v2" + good.substring(2), BODY))
                    .as("another scheme")
                    .isEqualTo(401);
            assertThat(post("e-9", "soon", good, BODY)).as("no time").isEqualTo(401);
            assertThat(send(request().POST(HttpRequest.BodyPublishers.ofByteArray(BODY))))
                    .as("no headers")
                    .isEqualTo(401);
            byte[] large = new byte[70_000];
            assertThat(post("e-10", now, signature(KEY, "e-10", now, large), large))
                    .as("a large body")
                    .isEqualTo(413);
            assertThat(send(request().GET())).as("a page view").isEqualTo(405);

            try (Stream<Path> kept = Files.list(inbox)) {
                assertThat(kept.map(path -> path.getFileName().toString()))
                        .as("what was kept, and no half of a file")
                        .containsExactlyInAnyOrder("1795820000123-000004.json", "ping-2.json");
            }
        }

        private int post(String id, String timestamp, String signatures, byte[] body) throws Exception {
            return send(request()
                    .header("webhook-id", id)
                    .header("webhook-timestamp", timestamp)
                    .header("webhook-signature", signatures)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
        }

        private HttpRequest.Builder request() {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hooks"))
                    .timeout(Duration.ofSeconds(20))
                    .header("Content-Type", "application/json");
        }

        private static int send(HttpRequest.Builder request) throws Exception {
            try (HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode();
            }
        }
    }

    /** What the specification of Standard Webhooks 1.0 says, in its own words: base64(hmac_sha256(key, id.timestamp.body)). */
    private static String signature(byte[] key, String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static boolean isInstalled(String program) {
        return program.contains(File.separator)
                || Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "")
                                .split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }
}
