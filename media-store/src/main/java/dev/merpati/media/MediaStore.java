package dev.merpati.media;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Keeps files between their upload and their sending. Thread-safe; never blocks the thread that subscribes.
 *
 * <p>A media id is 1 to 64 letters, digits, {@code -} and {@code _}; another one is refused with an {@link
 * IllegalArgumentException}.
 */
public interface MediaStore extends AutoCloseable {

    /**
     * Stores a file and completes when it is safe. Takes from the content no faster than it can be stored and never
     * holds the file whole. Nothing remains of a file whose content ends in an error, or when the result is cancelled.
     */
    Mono<StoredMedia> write(String mediaId, Publisher<ByteBuffer> content);

    /** How many bytes of memory one {@link #write} takes at most, besides the chunks that it was given. */
    long bytesPerWrite();

    /**
     * Loads a whole file into memory.
     *
     * @return an error of {@link NoSuchMediaException} when there is no such file
     */
    Mono<byte[]> read(String mediaId);

    /** Removes a file; a file that is not there is as good as removed. */
    Mono<Void> delete(String mediaId);

    /**
     * Removes what was stored before a time and never removed, and what an interrupted upload left.
     *
     * @return how many files went
     */
    Mono<Integer> deleteStoredBefore(Instant time);

    /** Frees what the store holds, such as connections; nothing may be asked of it afterwards. May block. */
    @Override
    default void close() {}
}
