package dev.merpati.media;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Loads an object into an array of exactly its size. The SDK's own transformer grows its array by doubling and so takes up
 * to three times the memory that the caller has reserved.
 */
final class WholeObject implements AsyncResponseTransformer<GetObjectResponse, byte[]> {
    private volatile CompletableFuture<byte[]> attempt = new CompletableFuture<>();
    private volatile int size;

    @Override
    public CompletableFuture<byte[]> prepare() {
        attempt = new CompletableFuture<>();
        return attempt;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        size = Math.toIntExact(response.contentLength());
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> content) {
        CompletableFuture<byte[]> result = attempt;
        Flux.from(content)
                .collect(() -> ByteBuffer.allocate(size), ByteBuffer::put)
                .map(ByteBuffer::array)
                .subscribe(result::complete, result::completeExceptionally);
    }

    @Override
    public void exceptionOccurred(Throwable error) {
        attempt.completeExceptionally(error);
    }
}
