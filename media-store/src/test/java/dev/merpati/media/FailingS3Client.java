package dev.merpati.media;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.DelegatingS3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Request;

/** Fails chosen requests, after the server has carried them out: their caller cannot know that it did. */
final class FailingS3Client extends DelegatingS3AsyncClient {
    private final Predicate<S3Request> fails;

    FailingS3Client(S3AsyncClient client, Predicate<S3Request> fails) {
        super(client);
        this.fails = fails;
    }

    @Override
    protected <T extends S3Request, R> CompletableFuture<R> invokeOperation(
            T request, Function<T, CompletableFuture<R>> operation) {
        CompletableFuture<R> response = operation.apply(request);
        return fails.test(request) ? response.thenCompose(FailingS3Client::fail) : response;
    }

    private static <R> CompletionStage<R> fail(R ignored) {
        return CompletableFuture.failedFuture(SdkClientException.create("made to fail"));
    }
}
