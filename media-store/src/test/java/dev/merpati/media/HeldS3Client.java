package dev.merpati.media;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.services.s3.DelegatingS3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Request;

/** Keeps chosen requests on their way until it is told to let them go, and counts requests that have removed something. */
final class HeldS3Client extends DelegatingS3AsyncClient {
    private final Predicate<S3Request> held;
    private final CompletableFuture<Boolean> begun = new CompletableFuture<>();
    private final CompletableFuture<Boolean> letGo = new CompletableFuture<>();
    private final AtomicInteger removals = new AtomicInteger();

    HeldS3Client(S3AsyncClient client, Predicate<S3Request> held) {
        super(client);
        this.held = held;
    }

    void awaitRequest(Duration patience) {
        begun.orTimeout(patience.toSeconds(), TimeUnit.SECONDS).join();
    }

    void letGo() {
        letGo.complete(true);
    }

    int removals() {
        return removals.get();
    }

    @Override
    protected <T extends S3Request, R> CompletableFuture<R> invokeOperation(
            T request, Function<T, CompletableFuture<R>> operation) {
        if (held.test(request)) {
            begun.complete(true);
            return letGo.thenCompose(yes -> operation.apply(request));
        }
        CompletableFuture<R> response = operation.apply(request);
        return request instanceof DeleteObjectRequest || request instanceof AbortMultipartUploadRequest
                ? response.whenComplete((removed, error) -> removals.incrementAndGet())
                : response;
    }
}
