package dev.merpati.media;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Stores files as objects in one bucket of S3, or of a compatible server, under one prefix. S3 shows an object only when it
 * is complete. S3's clock determines the age of a file. Other objects in the bucket are left alone, unless their keys are
 * the prefix followed by a media id.
 *
 * <p>A request that S3 does not answer fails within the call timeout with an {@link
 * software.amazon.awssdk.core.exception.SdkException}. A failed write removes what it left behind. If that takes longer than a few seconds, the
 * failure is reported and the removal goes on for about a minute; what remains then waits for {@link #deleteStoredBefore}.
 */
public final class S3MediaStore implements MediaStore {
    private static final int DELETES_IN_FLIGHT = 16;
    private static final Duration CLEAN_UP_PATIENCE = Duration.ofSeconds(3);

    private final S3AsyncClient s3;
    private final String bucket;
    private final String prefix;

    /** Creates a store that closes the client when it is closed. */
    S3MediaStore(S3AsyncClient s3, String bucket, String prefix) {
        this.s3 = s3;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    /**
     * Opens a store that connects to S3 only when it is used.
     *
     * @throws IllegalArgumentException that names every setting that is wrong, what was found and what is allowed
     */
    public static S3MediaStore open(S3Settings settings) {
        settings.validate();
        return new S3MediaStore(S3Clients.open(settings), settings.bucket(), settings.prefix());
    }

    @Override
    public Mono<StoredMedia> write(String mediaId, Publisher<ByteBuffer> content) {
        String key = key(mediaId);
        return Mono.usingWhen(
                Mono.fromSupplier(() -> new S3Upload(s3, bucket, key)),
                upload -> upload.store(mediaId, content),
                upload -> Mono.empty(),
                (upload, error) -> abandon(upload),
                S3MediaStore::abandon);
    }

    /** Waits a few seconds at most; the removal goes on in the background while the caller learns of the failure. */
    private static Mono<Void> abandon(S3Upload upload) {
        return Mono.fromFuture(upload.abandon().toFuture(), true).timeout(CLEAN_UP_PATIENCE, Mono.empty());
    }

    @Override
    public long bytesPerWrite() {
        return S3Upload.MEMORY;
    }

    @Override
    public Mono<byte[]> read(String mediaId) {
        String key = key(mediaId);
        return S3Upload.call(() -> s3.getObject(r -> r.bucket(bucket).key(key), new WholeObject()))
                .onErrorMap(S3Exception.class, e -> isMissing(e) ? new NoSuchMediaException(mediaId) : e);
    }

    @Override
    public Mono<Long> size(String mediaId) {
        String key = key(mediaId);
        return S3Upload.call(() -> s3.headObject(r -> r.bucket(bucket).key(key)))
                .map(HeadObjectResponse::contentLength)
                .onErrorMap(S3Exception.class, e -> isMissing(e) ? new NoSuchMediaException(mediaId) : e);
    }

    @Override
    public Flux<ByteBuffer> read(String mediaId, long from, long length) {
        String key = key(mediaId);
        if (length <= 0) {
            return size(mediaId).thenMany(Flux.empty());
        }
        String range = "bytes=" + from + "-" + (from + length - 1);
        return S3Upload.call(() -> s3.getObject(
                        r -> r.bucket(bucket).key(key).range(range),
                        AsyncResponseTransformer.<GetObjectResponse>toPublisher()))
                .flatMapMany(Flux::from)
                .onErrorMap(S3Exception.class, e -> isMissing(e) ? new NoSuchMediaException(mediaId) : e)
                // A server may answer thus where the file ends.
                .onErrorResume(S3Exception.class, e -> e.statusCode() == 416 ? Flux.empty() : Flux.error(e));
    }

    @Override
    public Mono<Void> delete(String mediaId) {
        return deleteObject(key(mediaId)).then();
    }

    @Override
    public Mono<Integer> deleteStoredBefore(Function<String, Instant> time) {
        return Flux.concat(deleteObjectsStoredBefore(time), abortUploadsBegunBefore(time))
                .count()
                .map(Math::toIntExact);
    }

    @Override
    public void close() {
        s3.close();
    }

    private Flux<?> deleteObjectsStoredBefore(Function<String, Instant> time) {
        SdkPublisher<S3Object> objects =
                s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix)).contents();
        return listed(objects)
                .filter(object ->
                        isOurs(object.key()) && object.lastModified().isBefore(time.apply(mediaIdOf(object.key()))))
                .flatMap(object -> deleteObject(object.key()), DELETES_IN_FLIGHT);
    }

    private Flux<?> abortUploadsBegunBefore(Function<String, Instant> time) {
        SdkPublisher<MultipartUpload> uploads = s3.listMultipartUploadsPaginator(
                        r -> r.bucket(bucket).prefix(prefix))
                .uploads();
        return listed(uploads)
                .filter(upload ->
                        isOurs(upload.key()) && upload.initiated().isBefore(time.apply(mediaIdOf(upload.key()))))
                .flatMap(
                        upload -> S3Upload.call(() -> s3.abortMultipartUpload(
                                        r -> r.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())))
                                .onErrorComplete(NoSuchUploadException.class),
                        DELETES_IN_FLIGHT);
    }

    private static <T> Flux<T> listed(Publisher<T> pages) {
        return Flux.from(pages)
                .onErrorMap(CompletionException.class, e -> e.getCause() instanceof Exception cause ? cause : e)
                .subscribeOn(Schedulers.boundedElastic());
    }

    private Mono<?> deleteObject(String key) {
        return S3Upload.call(() -> s3.deleteObject(r -> r.bucket(bucket).key(key)));
    }

    private boolean isOurs(String key) {
        return key.startsWith(prefix) && MediaIds.isValid(key.substring(prefix.length()));
    }

    private String mediaIdOf(String key) {
        return key.substring(prefix.length());
    }

    private String key(String mediaId) {
        return prefix + MediaIds.requireValid(mediaId);
    }

    private static boolean isMissing(S3Exception e) {
        return e.statusCode() == 404 && !(e instanceof NoSuchBucketException);
    }
}
