package dev.merpati.gateway.media;

import java.time.Duration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;

/**
 * A request whose body comes in buffers of the heap. Spring's multipart parser, when it is cancelled, releases buffers
 * that it has already passed on; with Netty's buffers that hands memory to another request while it is in use. Ends in a
 * {@link java.util.concurrent.TimeoutException} when the client stalls.
 */
final class HeapBodyRequest extends ServerHttpRequestDecorator {
    private final Duration stallTimeout;

    HeapBodyRequest(ServerHttpRequest request, Duration stallTimeout) {
        super(request);
        this.stallTimeout = stallTimeout;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return Flux.defer(() -> {
            IdleTimeout clock = new IdleTimeout(stallTimeout);
            return super.getBody()
                    .doOnRequest(clock::asked)
                    .doOnNext(buffer -> clock.received())
                    .map(HeapBodyRequest::copy)
                    .takeUntilOther(clock.stalled());
        });
    }

    private static DataBuffer copy(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return DefaultDataBufferFactory.sharedInstance.wrap(bytes);
    }
}
