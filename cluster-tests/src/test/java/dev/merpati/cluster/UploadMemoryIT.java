package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway with less memory than one and a half of the files that it takes, eight of them at a time. It ends at once when
 * its heap or its direct memory is exhausted.
 */
class UploadMemoryIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int AT_ONCE = 8;
    private static final int VANISHING = 12;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void takesEightLargeFilesAtOnceIntoADirectoryAndIntoS3() {
        try (MediaBucket s3 = new MediaBucket();
                TcpProxy cable = new TcpProxy(s3.port());
                LocalCluster cluster = LocalCluster.in(folder)
                        .shards(4)
                        .gatewayFlags(
                                "-Xmx128m",
                                "-XX:MaxDirectMemorySize=64m",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError")
                        .gatewaySetting("merpati.gateway.send-timeout", "1s")
                        .gatewaySetting("merpati.gateway.uploads.max-wait", "2m")
                        // So that a busy machine is not taken for a Redis that is away.
                        .gatewaySetting("spring.data.redis.timeout", "20s")
                        .start()) {
            GatewayProcess gateway = cluster.gateways().getFirst();
            PairedSession session = cluster.pairSessions(1).getFirst();
            // So that the files stay where the gateway put them.
            cluster.workers().getFirst().pause();
            Path media = folder.resolve("media");

            takesFiles(cluster, session, () -> filesIn(media));
            MediaBucket.settings(cable).forEach(gateway::set);
            gateway.restart();
            takesFiles(cluster, session, () -> s3.objects().stream().map(s3::object));
        }
    }

    private static void takesFiles(LocalCluster cluster, PairedSession session, Supplier<Stream<byte[]>> stored) {
        MediaFile file = MediaFile.document("large.pdf", MediaFile.LARGEST);
        vanish(cluster, session);

        List<Answer> answers = sendAtOnce(cluster.client(), session, file);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(202));
        assertThat(stored.get())
                .hasSize(AT_ONCE)
                .allSatisfy(content -> assertThat(content).isEqualTo(file.content()));
        GatewayProcess gateway = cluster.gateways().getFirst();
        assertThat(gateway.isAlive()).isTrue();
        assertThat(gateway.metrics().sum("merpati_gateway_uploads")).isZero();
    }

    private static List<Answer> sendAtOnce(GatewayClient api, PairedSession session, MediaFile file) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Answer>> answers = IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> api.sendMedia(
                                    session.id(),
                                    Map.of("to", session.phone()),
                                    file.name(),
                                    file.interruptedAt(0, () -> {})),
                            threads))
                    .toList();
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    /** Clients that hang up in the middle of a file; what each held would fill the heap if it were not given back. */
    private static void vanish(LocalCluster cluster, PairedSession session) {
        GatewayProcess gateway = cluster.gateways().getFirst();
        for (int i = 0; i < VANISHING; i++) {
            try (Socket client = new Socket(
                    InetAddress.getLoopbackAddress(), URI.create(gateway.url()).getPort())) {
                OutputStream out = client.getOutputStream();
                out.write(
                        ("POST /api/sessions/" + session.id() + "/send-media HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                                        + cluster.apiKey()
                                        + "\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: 40000000\r\n\r\n"
                                        + "--xyz\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n")
                                .getBytes(StandardCharsets.US_ASCII));
                out.write(new byte[14_000_000]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        await().atMost(PATIENCE).until(() -> gateway.metrics().sum("merpati_gateway_uploads") == 0);
    }

    private static Stream<byte[]> filesIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream().map(UploadMemoryIT::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
