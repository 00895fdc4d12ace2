package dev.merpati.gateway.web;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * A request whose body can be thrown away to its end after its reader has given up. Without that the server closes the
 * connection below a client that is still sending, and the client sees a reset instead of the answer.
 */
public final class LingeringRequest extends ServerHttpRequestDecorator {
    /** What is thrown away at most; the connection is closed when there is more. */
    private static final long MAX_BYTES = 128L * 1024 * 1024;

    private static final Duration MAX_TIME = Duration.ofSeconds(10);

    private final AtomicBoolean read = new AtomicBoolean();
    private final Sinks.One<Boolean> end = Sinks.one();

    public LingeringRequest(ServerHttpRequest request) {
        super(request);
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return super.getBody().transform(Operators.<DataBuffer, DataBuffer>lift((body, reader) -> {
            read.set(true);
            return new Lingering(reader);
        }));
    }

    /**
     * Throws away what is left of the body.
     *
     * @return false when the client may still be sending
     */
    public Mono<Boolean> discardRest() {
        return Mono.defer(() -> {
                    if (!read.get()) {
                        if (getHeaders().containsHeader("Expect")) {
                            // The client waits for our leave to send, and now does not get it.
                            return Mono.just(false);
                        }
                        getBody().subscribe(new GivesUp());
                    }
                    return end.asMono();
                })
                .timeout(MAX_TIME, Mono.just(false));
    }

    /** Wants nothing of a body. */
    private static final class GivesUp extends BaseSubscriber<DataBuffer> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.cancel();
        }
    }

    /** Passes the body on until its reader cancels, and releases the rest of it. */
    private final class Lingering implements CoreSubscriber<DataBuffer>, Subscription {
        private final CoreSubscriber<? super DataBuffer> reader;
        private Subscription body = Operators.emptySubscription();
        private volatile boolean abandoned;
        private long thrownAway;

        Lingering(CoreSubscriber<? super DataBuffer> reader) {
            this.reader = reader;
        }

        @Override
        public Context currentContext() {
            return reader.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            body = subscription;
            reader.onSubscribe(this);
        }

        @Override
        public void onNext(DataBuffer buffer) {
            if (!abandoned) {
                reader.onNext(buffer);
                return;
            }
            thrownAway += buffer.readableByteCount();
            DataBufferUtils.release(buffer);
            if (thrownAway > MAX_BYTES) {
                body.cancel();
                end.tryEmitValue(false);
            }
        }

        @Override
        public void onError(Throwable failure) {
            end.tryEmitValue(false);
            if (!abandoned) {
                reader.onError(failure);
            }
        }

        @Override
        public void onComplete() {
            end.tryEmitValue(true);
            if (!abandoned) {
                reader.onComplete();
            }
        }

        @Override
        public void request(long n) {
            body.request(n);
        }

        @Override
        public void cancel() {
            abandoned = true;
            body.request(Long.MAX_VALUE);
        }
    }
}
