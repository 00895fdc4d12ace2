package dev.merpati.media;

import dev.merpati.media.PartCutter.Part;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Uploads one file to S3: in one request if it fits into a part, otherwise as a multipart upload. Holds at most two parts,
 * one being sent and one being filled, and requests no content while both are full.
 */
final class S3Upload {
    /** The minimum that S3 allows. With its limit of 10,000 parts a file may have 48 GiB. */
    static final int PART_SIZE = 5 * 1024 * 1024;

    /** The part being sent, its copy in Netty's buffers, and the part being filled. */
    static final long MEMORY = 3L * PART_SIZE;

    /** Chunks that may wait to be copied into a part. */
    private static final int PREFETCH = 4;

    /** About a minute with the doubling back-off, in which S3 may come back. */
    private static final int REMOVAL_RETRIES = 6;

    private static final Duration FIRST_REMOVAL_BACKOFF = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(S3Upload.class);

    private final S3AsyncClient s3;
    private final String bucket;
    private final String key;

    /** The id of the multipart upload; cached, so that the request completes even if the upload does not and can then be aborted. */
    private volatile @Nullable Mono<String> multipart;

    /** The request that makes the file visible; cached for the same reason. */
    private volatile @Nullable Mono<Void> publication;

    /** Set before the two above are read, and read after they are set: one side always sees the other. */
    private volatile boolean abandoned;

    S3Upload(S3AsyncClient s3, String bucket, String key) {
        this.s3 = s3;
        this.bucket = bucket;
        this.key = key;
    }

    /** Stores the content. Call it once. */
    Mono<StoredMedia> store(String mediaId, Publisher<ByteBuffer> content) {
        PartCutter cutter = new PartCutter(PART_SIZE);
        return Flux.from(content)
                .publishOn(Schedulers.boundedElastic(), PREFETCH)
                .concatMapIterable(cutter::append, 1)
                .concatWith(Mono.fromSupplier(cutter::last))
                .concatMap(this::send, 0)
                .collectList()
                .flatMap(this::complete)
                .then(Mono.fromSupplier(() -> cutter.summary(mediaId)));
    }

    /** Removes what the upload left behind, after its last request has ended. Never fails: the sweep removes the rest. */
    Mono<Void> abandon() {
        abandoned = true;
        Mono<Void> published = publication;
        Mono<String> uploadId = multipart;
        Mono<Void> deleted = published == null
                ? Mono.empty()
                : published
                        .onErrorComplete()
                        .then(call(() -> s3.deleteObject(r -> r.bucket(bucket).key(key))))
                        .then();
        Mono<Void> aborted = uploadId == null
                ? Mono.empty()
                : uploadId.onErrorComplete().flatMap(this::abort).then();
        return Flux.concatDelayError(deleted, aborted)
                .retryWhen(Retry.backoff(REMOVAL_RETRIES, FIRST_REMOVAL_BACKOFF))
                .doOnError(e -> log.warn("Could not remove the remains of an upload; the sweep will: {}", e.toString()))
                .onErrorComplete()
                .then();
    }

    /** Sends a part. Empty if the part is the whole content: the file is stored then. */
    private Mono<CompletedPart> send(Part part) {
        if (part.isWholeContent()) {
            return publish(call(() -> s3.putObject(r -> r.bucket(bucket).key(key), body(part))))
                    .then(Mono.empty());
        }
        Mono<String> uploadId = multipart;
        if (uploadId == null) {
            uploadId = call(() -> s3.createMultipartUpload(r -> r.bucket(bucket).key(key)))
                    .map(CreateMultipartUploadResponse::uploadId)
                    .cache();
            multipart = uploadId;
        }
        if (abandoned) {
            return Mono.empty();
        }
        return uploadId.flatMap(id -> call(() -> s3.uploadPart(
                        r -> r.bucket(bucket).key(key).uploadId(id).partNumber(part.number()), body(part))))
                .map(sent -> CompletedPart.builder()
                        .partNumber(part.number())
                        .eTag(sent.eTag())
                        .build());
    }

    private Mono<Void> complete(List<CompletedPart> parts) {
        Mono<String> uploadId = multipart;
        return uploadId == null
                ? Mono.empty()
                : publish(uploadId.flatMap(id -> call(() -> s3.completeMultipartUpload(
                        r -> r.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(parts))))));
    }

    private Mono<Void> publish(Mono<?> request) {
        Mono<Void> cached = request.then().cache();
        publication = cached;
        return abandoned ? Mono.empty() : cached;
    }

    private Mono<Void> abort(String uploadId) {
        return call(() -> s3.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(uploadId)))
                .onErrorComplete(NoSuchUploadException.class)
                .then();
    }

    private static AsyncRequestBody body(Part part) {
        return AsyncRequestBody.fromByteBufferUnsafe(part.content());
    }

    /** Starts a request on a thread that may block: the SDK looks up credentials on the calling thread. */
    static <T> Mono<T> call(Supplier<CompletableFuture<T>> request) {
        return Mono.fromFuture(request).subscribeOn(Schedulers.boundedElastic());
    }
}
