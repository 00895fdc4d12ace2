package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.media.MediaStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Files from the request through a bucket to the phone, and what becomes of them when S3 fails on either side. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MediaInS3IT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MIDDLE = 20 * 1024 * 1024;

    private final MediaBucket s3 = new MediaBucket();
    private final TcpProxy gatewaysCable = new TcpProxy(s3.port());
    private final TcpProxy workersCable = new TcpProxy(s3.port());
    private final LocalCluster cluster;
    private final GatewayClient api;
    private final SimulatorClient simulator;
    private final PairedSession session;

    MediaInS3IT(@TempDir Path folder) {
        ClusterBuilder builder = LocalCluster.in(folder)
                .shards(4)
                .gatewaySetting("merpati.gateway.command-time-to-live", "12s")
                // So that a busy machine is not taken for a Redis that is away.
                .gatewaySetting("spring.data.redis.timeout", "20s")
                .workerSetting("spring.data.redis.timeout", "20s");
        MediaBucket.settings(gatewaysCable).forEach(builder::gatewaySetting);
        MediaBucket.settings(workersCable).forEach(builder::workerSetting);
        cluster = builder.start();
        api = cluster.client();
        simulator = cluster.simulator().client();
        session = cluster.pairSessions(1).getFirst();
    }

    @AfterEach
    void emptyTheBucket() {
        s3.empty();
    }

    @AfterAll
    void stop() {
        cluster.close();
        gatewaysCable.close();
        workersCable.close();
        s3.close();
    }

    @Test
    void bringsEveryKindOfFileToThePhoneAndKeepsNone() {
        Stream.of(
                        MediaFile.of("photo.jpg", "image", "FFD8FFE000104A46494600010100", 20_000),
                        MediaFile.of("film.mp4", "video", "000000186674797069736F6D", 20_000),
                        MediaFile.of("song.mp3", "audio", "4944330400000000", 20_000),
                        MediaFile.document("paper.pdf", 20_000))
                .forEach(file -> arrives(file, send(file)));
        assertBucketIsEmpty();
    }

    @Test
    void bringsTheLargestFileToThePhoneThoughS3IsSlow() {
        MediaFile file = MediaFile.document("largest.pdf", MediaFile.LARGEST);

        Answer answer = sendInterrupted(file, () -> {
            gatewaysCable.freeze();
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(gatewaysCable::restore);
        });

        arrives(file, answer);
        assertBucketIsEmpty();
    }

    @Test
    void saysThatS3IsAwayBeforeTheUpload() {
        gatewaysCable.cut();
        try {
            assertUnavailable(send(MediaFile.document("a.pdf", 1_000)));
        } finally {
            gatewaysCable.restore();
        }
        assertBucketIsEmpty();
        MediaFile next = MediaFile.document("b.pdf", 1_000);
        arrives(next, send(next));
    }

    @Test
    void leavesNothingWhenS3GoesAwayDuringTheUpload() {
        MediaFile file = MediaFile.document("a.pdf", MediaFile.LARGEST);
        try {
            assertUnavailable(sendInterrupted(file, gatewaysCable::cut));
        } finally {
            gatewaysCable.restore();
        }
        assertBucketIsEmpty();
    }

    @Test
    void leavesNothingWhenS3HangsDuringTheUpload() {
        MediaFile file = MediaFile.document("a.pdf", MediaFile.LARGEST);
        Instant begin = Instant.now();
        try {
            assertUnavailable(sendInterrupted(file, gatewaysCable::freeze));
        } finally {
            gatewaysCable.restore();
        }
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(30));
        assertBucketIsEmpty();
    }

    @Test
    void saysThatS3RefusesTheUpload() {
        s3.delete();
        try {
            assertUnavailable(send(MediaFile.document("small.pdf", 1_000)));
            assertUnavailable(send(MediaFile.document("large.pdf", MIDDLE)));
        } finally {
            s3.make();
        }
        assertBucketIsEmpty();
    }

    @Test
    void sendsTheFileWhenS3ComesBackWithinTheDeadline() {
        MediaFile file = MediaFile.document("a.pdf", 100_000);
        workersCable.cut();
        try {
            CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> send(file));
            await().atMost(PATIENCE).until(() -> s3.objects().size() == 1);
            workersCable.restore();

            arrives(file, answer.join());
        } finally {
            workersCable.restore();
        }
        assertBucketIsEmpty();
    }

    @Test
    void failsForGoodWhenS3StaysAwayAndLeavesTheFileToTheSweeper() {
        String customer = cluster.newNumber();
        simulator.addPhone(customer);
        workersCable.freeze();
        Answer answer;
        try {
            answer = api.sendMedia(
                    session.id(),
                    Map.of("to", customer, "skipValidation", "true"),
                    "a.pdf",
                    MediaFile.document("a.pdf", 1_000).content());
        } finally {
            workersCable.restore();
        }

        assertThat(answer.status()).as("%s", answer).isEqualTo(503);
        assertThat(answer.text("code")).isEqualTo("expired");
        assertThat(answer.header("Retry-After")).isPresent();
        assertThat(simulator.messages(customer)).isEmpty();
        try (MediaStore store = s3.store()) {
            assertThat(store.deleteStoredBefore(Instant.now().plusSeconds(60)).block(PATIENCE))
                    .isBetween(0, 1);
        }
        assertBucketIsEmpty();
    }

    private Answer send(MediaFile file) {
        return api.sendMedia(session.id(), Map.of("to", session.phone()), file.name(), file.content());
    }

    /** Something happens when the middle of the file has been sent. */
    private Answer sendInterrupted(MediaFile file, Runnable event) {
        return api.sendMedia(
                session.id(), Map.of("to", session.phone()), file.name(), file.interruptedAt(MIDDLE, event));
    }

    private void arrives(MediaFile file, Answer answer) {
        String messageId = answer.expect(200).text("messageId");
        JsonNode received = simulator.awaitMessage(session.phone(), messageId);
        assertThat(received.required("type").asString()).isEqualTo(file.kind());
        assertThat(received.required("copies").asInt()).isEqualTo(1);
        assertThat(simulator.media(session.phone(), messageId)).isEqualTo(file.content());
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(503);
        assertThat(answer.header("Content-Type")).hasValue("application/json");
        assertThat(answer.header("Retry-After")).isPresent();
        assertThat(answer.text("code")).isEqualTo("service_unavailable");
    }

    private void assertBucketIsEmpty() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(s3.leftovers()).isZero());
    }
}
