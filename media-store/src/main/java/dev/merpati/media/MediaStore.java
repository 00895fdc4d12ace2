package dev.merpati.media;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps files between upload and sending, and received files for as long as they can be asked for. Thread-safe; never blocks the subscribing thread.
 *
 * <p>A media id is 1 to 64 letters, digits, {@code -} and {@code _}; any other is rejected with an {@link
 * IllegalArgumentException}.
 */
public interface MediaStore extends AutoCloseable {

    /**
     * Stores a file and completes when it is durable. Requests content no faster than it can be stored and never holds the
     * whole file. Nothing remains if the content ends in an error or the result is cancelled.
     */
    Mono<StoredMedia> write(String mediaId, Publisher<ByteBuffer> content);

    /** Returns how many bytes of memory one {@link #write} takes at most, apart from the chunks passed to it. */
    long bytesPerWrite();

    /**
     * Loads a whole file into memory.
     *
     * @return an error of {@link NoSuchMediaException} if there is no such file
     */
    Mono<byte[]> read(String mediaId);

    /**
     * Returns a file's length in bytes.
     *
     * @return an error of {@link NoSuchMediaException} if there is no such file
     */
    Mono<Long> size(String mediaId);

    /**
     * Reads a part of a file, in chunks of some kilobytes, no faster than they are asked for. Ends early when the file is
     * shorter.
     *
     * @return an error of {@link NoSuchMediaException} if there is no such file
     */
    Flux<ByteBuffer> read(String mediaId, long from, long length);

    /** Removes a file. Does nothing if it does not exist. */
    Mono<Void> delete(String mediaId);

    /**
     * Removes files stored before a time, and what interrupted uploads left behind.
     *
     * @return how many files were removed
     */
    default Mono<Integer> deleteStoredBefore(Instant time) {
        return deleteStoredBefore(_ -> time);
    }

    /**
     * As {@link #deleteStoredBefore(Instant)}, with a time for each file.
     *
     * @param time by media id; must not block
     */
    Mono<Integer> deleteStoredBefore(Function<String, Instant> time);

    /** Releases resources such as connections. The store must not be used afterwards. May block. */
    @Override
    default void close() {}
}
