package dev.merpati.gateway.web;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Ends a body whose client stalls or drips: one that sends nothing for {@code idle}, or whose bytes do not keep up with the
 * minimum rate, with {@code idle} as its allowance. Time in which nobody asks for bytes does not count, so a client is not
 * blamed for a media store that is slow; Reactor's own timeout would count it.
 *
 * <p>Copies to the heap and releases each network buffer as it comes, so that what waits for the rest of a slow body holds
 * neither direct memory nor buffers that a cancelled reader could release twice.
 */
public final class IdleTimeout {
    private static final long SHORTEST_WAIT_NANOS = 1_000_000;

    private final long idleNanos;
    private final double nanosPerByte;
    private long wanted;
    private long credit;
    private long countedTo = System.nanoTime();

    private IdleTimeout(Duration idle, long bytesPerSecond) {
        this.idleNanos = idle.toNanos();
        this.nanosPerByte = 1e9 / bytesPerSecond;
        this.credit = idleNanos;
    }

    /** The body in arrays of the heap; an error of {@link TimeoutException} when it comes too slowly. */
    public static Flux<byte[]> apply(Flux<DataBuffer> body, Duration idle, long bytesPerSecond) {
        return Flux.defer(() -> {
            IdleTimeout timeout = new IdleTimeout(idle, bytesPerSecond);
            return body.doOnRequest(timeout::asked)
                    .map(IdleTimeout::copy)
                    .doOnNext(bytes -> timeout.received(bytes.length))
                    .takeUntilOther(timeout.expired());
        });
    }

    private static byte[] copy(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private synchronized void asked(long more) {
        if (wanted == 0) {
            countedTo = System.nanoTime();
        }
        wanted = Operators.addCap(wanted, more);
    }

    private synchronized void received(int bytes) {
        long now = System.nanoTime();
        credit = Math.min(idleNanos, credit - (now - countedTo) + (long) (bytes * nanosPerByte));
        countedTo = now;
        if (wanted < Long.MAX_VALUE) {
            wanted--;
        }
    }

    /** Never emits; an error once the client is too slow. */
    private Flux<Object> expired() {
        return Mono.defer(() -> Mono.delay(Duration.ofNanos(Math.max(remaining(), SHORTEST_WAIT_NANOS))))
                .flatMap(tick -> remaining() <= 0
                        ? Mono.<Object>error(new TimeoutException("the client is too slow"))
                        : Mono.empty())
                .repeat();
    }

    private synchronized long remaining() {
        return wanted == 0 ? idleNanos : credit - (System.nanoTime() - countedTo);
    }
}
