package dev.merpati.gateway.web;

import io.netty.util.AttributeKey;
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
import reactor.netty.Connection;
import reactor.util.context.Context;

/**
 * A request whose body can be thrown away after its reader has given up. Without that the server closes the connection
 * below a client that is still sending, and the client sees a reset instead of the answer (RFC 9112, 9.6).
 */
public final class LingeringRequest extends ServerHttpRequestDecorator {
    /** What is thrown away at most; the connection is closed when there is more. */
    private static final long MAX_BYTES = 128L * 1024 * 1024;

    /** For what is thrown away while the answer is already on its way. */
    private static final Duration LINGER = Duration.ofSeconds(30);

    /** A rest that is not worth a new connection. */
    private static final long SMALL = 1024 * 1024;

    private static final Duration SMALL_REST_TIME = Duration.ofSeconds(1);

    /** Set on the channel of a request whose body is not valid HTTP; its stream then ends as if it were complete. */
    public static final AttributeKey<Boolean> BROKEN_BODY = AttributeKey.valueOf("merpati.broken-body");

    private final AtomicBoolean read = new AtomicBoolean();
    private final Sinks.One<Boolean> end = Sinks.one();
    private volatile boolean ended;

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
     * Reads what is left of a small body, so that its connection can be used again.
     *
     * @return false when the client may still be sending
     */
    public Mono<Boolean> finish() {
        long length = getHeaders().getContentLength();
        boolean known = length >= 0 || !getHeaders().containsHeader("Transfer-Encoding");
        if (awaitsContinue() || !known || length > SMALL) {
            return Mono.fromSupplier(() -> ended);
        }
        return discard().timeout(SMALL_REST_TIME, Mono.just(false));
    }

    /**
     * Throws away what is left of the body, to a bound in bytes and time. An answer that is sent before is read by the client
     * also if it looks for it only when it has sent everything.
     */
    public Mono<Void> linger() {
        return awaitsContinue()
                ? Mono.empty()
                : discard().timeout(LINGER, Mono.just(false)).then();
    }

    /** Whether the client waits for our leave to send, which it gets when its body is first read. */
    private boolean awaitsContinue() {
        return !read.get() && getHeaders().containsHeader("Expect");
    }

    private boolean isBroken() {
        return ServerHttpRequestDecorator.getNativeRequest(getDelegate()) instanceof Connection connection
                && connection.channel().hasAttr(BROKEN_BODY);
    }

    /** The body cannot be read to its end, since it is not valid HTTP. Has no stack trace. */
    public static final class BrokenBodyException extends RuntimeException {
        BrokenBodyException() {
            super("the body is not valid HTTP", null, false, false);
        }
    }

    private Mono<Boolean> discard() {
        return Mono.defer(() -> {
            if (!read.get()) {
                getBody().subscribe(new GivesUp());
            }
            return end.asMono();
        });
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
            if (isBroken()) {
                onError(new BrokenBodyException());
                return;
            }
            ended = true;
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
