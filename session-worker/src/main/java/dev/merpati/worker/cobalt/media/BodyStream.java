package dev.merpati.worker.cobalt.media;

import dev.merpati.worker.cobalt.query.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, read as it comes: unlike the JDK's own stream it fails when the server falls silent, when the time
 * is up, and when the body is too long. The server is asked for more only when everything was read. To be read by one thread.
 */
final class BodyStream extends InputStream implements HttpResponse.BodySubscriber<InputStream> {

    private sealed interface Event {}

    private record Bytes(List<ByteBuffer> buffers) implements Event {}

    private record End() implements Event {}

    private record Failure(Throwable cause) implements Event {}

    private final long maxBytes;
    private final Duration silence;
    private final Deadline deadline;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Queue<ByteBuffer> current = new ArrayDeque<>();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;
    private long received;
    private boolean ended;

    /** @param silence how long the server may send nothing while somebody reads */
    BodyStream(long maxBytes, Duration silence, Deadline deadline) {
        this.maxBytes = maxBytes;
        this.silence = silence;
        this.deadline = deadline;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        subscription = upstream;
        if (closed) {
            upstream.cancel();
        } else {
            upstream.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        events.add(new Bytes(buffers));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Failure(failure));
    }

    @Override
    public void onComplete() {
        events.add(new End());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        for (ByteBuffer next = current.peek(); !ended; next = current.peek()) {
            if (next == null) {
                await();
            } else if (next.hasRemaining()) {
                int taken = Math.min(length, next.remaining());
                next.get(target, offset, taken);
                return taken;
            } else {
                current.remove();
                if (current.isEmpty()) {
                    requestMore();
                }
            }
        }
        return -1;
    }

    private void await() throws IOException {
        Event event;
        try {
            event = events.poll(deadline.left(silence).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
        switch (event) {
            case null ->
                throw new IOException(
                        deadline.left().isZero() ? "the media server is too slow" : "the media server fell silent");
            case Bytes(List<ByteBuffer> buffers) -> {
                received += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
                if (received > maxBytes) {
                    throw new TooLargeMediaException(maxBytes);
                }
                current.addAll(buffers);
                if (buffers.isEmpty()) {
                    requestMore();
                }
            }
            case End _ -> ended = true;
            // Its message may hold the address of the file.
            case Failure(Throwable cause) ->
                throw new IOException(
                        "the response was cut off: " + cause.getClass().getSimpleName());
        }
    }

    private void requestMore() {
        Flow.Subscription upstream = subscription;
        if (upstream != null) {
            upstream.request(1);
        }
    }

    @Override
    public void close() {
        closed = true;
        Flow.Subscription upstream = subscription;
        if (upstream != null) {
            upstream.cancel();
        }
    }
}
