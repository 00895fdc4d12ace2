package dev.merpati.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.testing.RefusingPort;
import dev.merpati.testing.S3Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** What becomes of files when S3 fails, hangs or is shared with others. */
@Tag("heavy")
class S3FailuresIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final S3Server SERVER = new S3Server();

    private final String bucket = SERVER.newBucket();

    @AfterAll
    static void closeServer() {
        SERVER.close();
    }

    @Test
    void abortsTheUploadWhenAPartFails() {
        MediaStore store = failingAt(request -> request instanceof UploadPartRequest part && part.partNumber() == 3);

        assertThatThrownBy(() -> store.write("broken", megabytes(18)).block(PATIENCE))
                .hasMessageContaining("made to fail");

        assertThat(SERVER.multipartUploads(bucket)).isZero();
        assertThat(SERVER.objects(bucket)).isEmpty();
    }

    @Test
    void deletesAFileOfWhichItCannotTellWhetherItWasStored() {
        MediaStore store = failingAt(
                request -> request instanceof PutObjectRequest || request instanceof CompleteMultipartUploadRequest);

        assertThatThrownBy(() -> store.write("small", megabytes(1)).block(PATIENCE))
                .hasMessageContaining("made to fail");
        assertThatThrownBy(() -> store.write("large", megabytes(12)).block(PATIENCE))
                .hasMessageContaining("made to fail");

        assertThat(SERVER.multipartUploads(bucket)).isZero();
        assertThat(SERVER.objects(bucket)).isEmpty();
    }

    @Test
    void reportsTheFailureAlsoWhenWhatIsLeftCannotBeRemoved() {
        MediaStore store = failingAt(
                request -> request instanceof UploadPartRequest || request instanceof AbortMultipartUploadRequest);

        assertThatThrownBy(() -> store.write("broken", megabytes(12)).block(PATIENCE))
                .isInstanceOf(SdkClientException.class)
                .hasMessageContaining("made to fail");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {PutObjectRequest.class, CreateMultipartUploadRequest.class, CompleteMultipartUploadRequest.class
            })
    void leavesNothingWhenCancelledDuring(Class<? extends S3Request> step) {
        HeldS3Client held = new HeldS3Client(SERVER.client(), step::isInstance);
        MediaStore store = new S3MediaStore(held, bucket, "media/");
        int size = step == PutObjectRequest.class ? 1 : 12;

        Disposable upload = store.write("cancelled", megabytes(size)).subscribe();
        held.awaitRequest(PATIENCE);
        upload.dispose();
        held.letGo();

        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(held.removals()).isPositive();
            assertThat(SERVER.multipartUploads(bucket)).isZero();
            assertThat(SERVER.objects(bucket)).isEmpty();
        });
    }

    private MediaStore failingAt(Predicate<S3Request> request) {
        return new S3MediaStore(new FailingS3Client(SERVER.client(), request), bucket, "media/");
    }

    @Test
    void failsSoonWhenNobodyListens() {
        try (RefusingPort nobody = new RefusingPort()) {
            assertEverythingFails(URI.create("http://localhost:" + nobody.number()));
        }
    }

    @Test
    void failsSoonWhenS3DoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertEverythingFails(URI.create("http://localhost:" + silent.getLocalPort()));
        }
    }

    private static void assertEverythingFails(URI endpoint) {
        try (MediaStore store =
                S3MediaStore.open(S3MediaStoreIT.settings("some-bucket", endpoint, Duration.ofSeconds(1)))) {
            Duration soon = Duration.ofSeconds(15);
            assertThatThrownBy(() -> store.write("small", megabytes(1)).block(soon))
                    .isInstanceOf(SdkClientException.class);
            assertThatThrownBy(() -> store.write("large", megabytes(12)).block(soon))
                    .isInstanceOf(SdkClientException.class);
            assertThatThrownBy(() -> store.read("a").block(soon)).isInstanceOf(SdkClientException.class);
            assertThatThrownBy(() -> store.delete("a").block(soon)).isInstanceOf(SdkClientException.class);
            assertThatThrownBy(() -> store.deleteStoredBefore(Instant.now()).block(soon))
                    .isInstanceOf(SdkClientException.class);
        }
    }

    @Test
    void holdsTwoPartsAtMostWhileS3DoesNotAnswer() throws IOException {
        AtomicLong taken = new AtomicLong();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                MediaStore store = S3MediaStore.open(S3MediaStoreIT.settings(
                        "some-bucket",
                        URI.create("http://localhost:" + silent.getLocalPort()),
                        Duration.ofSeconds(3)))) {
            Flux<ByteBuffer> content = megabytes(100).doOnNext(chunk -> taken.addAndGet(chunk.remaining()));

            assertThatThrownBy(() -> store.write("held", content).block(PATIENCE))
                    .isInstanceOf(SdkClientException.class);
        }
        assertThat(taken).hasValueBetween(2L * S3Upload.PART_SIZE, 2L * S3Upload.PART_SIZE + 1024 * 1024);
    }

    @Test
    void sweepsMoreThanOnePageOfObjectsAndUploads() {
        MediaStore store = new S3MediaStore(SERVER.client(), bucket, "media/");
        Flux.range(0, 1_001)
                .flatMap(i -> store.write("file-" + i, Flux.just(ByteBuffer.allocate(1))), 32)
                .blockLast(PATIENCE);
        SERVER.client()
                .createMultipartUpload(r -> r.bucket(bucket).key("media/interrupted"))
                .join();

        assertThat(store.deleteStoredBefore(Instant.now().minusSeconds(60)).block(PATIENCE))
                .isZero();
        assertThat(store.deleteStoredBefore(Instant.now().plusSeconds(60)).block(PATIENCE))
                .isEqualTo(1_002);
        assertThat(SERVER.objects(bucket)).isEmpty();
        assertThat(SERVER.multipartUploads(bucket)).isZero();
    }

    @Test
    void sweepsNothingThatIsNotItsOwn() {
        for (String key : List.of("elsewhere/a", "media/folder/a", "media/report.pdf", "mine")) {
            SERVER.client()
                    .putObject(r -> r.bucket(bucket).key(key), AsyncRequestBody.fromString("x"))
                    .join();
        }
        Instant later = Instant.now().plusSeconds(60);

        assertThat(new S3MediaStore(SERVER.client(), bucket, "media/")
                        .deleteStoredBefore(later)
                        .block(PATIENCE))
                .isZero();
        assertThat(new S3MediaStore(SERVER.client(), bucket, "")
                        .deleteStoredBefore(later)
                        .block(PATIENCE))
                .isOne();
    }

    @Test
    void tellsAMissingBucketFromAMissingFile() {
        MediaStore store = new S3MediaStore(SERVER.client(), "no-such-bucket", "");

        assertThatThrownBy(() -> store.read("a").block(PATIENCE)).isInstanceOf(NoSuchBucketException.class);
    }

    private static Flux<ByteBuffer> megabytes(int count) {
        return Flux.range(0, count * 16).map(i -> ByteBuffer.allocate(64 * 1024));
    }
}
