package dev.merpati.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Stores files in one directory: on one machine, or on a volume that gateways and workers share. A file appears under its
 * name only when it is complete and on disk. Whatever else is in the directory is left alone (directories such as {@code
 * lost+found}, links, files of other names), except regular files whose names look like a media id.
 */
public final class DirectoryMediaStore implements MediaStore {
    private static final Logger log = LoggerFactory.getLogger(DirectoryMediaStore.class);
    private static final String UNFINISHED = ".part";
    /** The media id, and one upload of it. */
    private static final Pattern OURS =
            Pattern.compile("[A-Za-z0-9_-]{1,64}(\\.\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}"
                    + Pattern.quote(UNFINISHED) + ")?");
    /** Chunks of one upload that may wait for the disk. */
    private static final int PREFETCH = 4;
    /** The buffer that the JDK copies a chunk into on its way to the kernel; chunks are network buffers, mostly smaller. */
    private static final long WRITE_BUFFER = 128 * 1024;

    /** What is read at once. Whoever writes to a socket takes a hundred chunks ahead, so that small ones bound its memory. */
    private static final int READ_CHUNK = 16 * 1024;

    /** As many as a disk does at once. */
    private static final int THREADS = 32;

    private final Path directory;
    private final ThreadPoolExecutor threads;
    private final Scheduler disk;

    /**
     * Opens a store in a directory, which is created if it does not exist.
     *
     * @throws UncheckedIOException if the directory cannot be created or written to
     */
    public DirectoryMediaStore(Path directory) {
        this.directory = directory;
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("media-disk-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        // The schedulers of Reactor and those of an executor service interrupt what is cancelled. An interrupt in a
        // read or
        // write closes the file and ends in an error that nobody waits for any more.
        disk = Schedulers.fromExecutor(task -> threads.execute(task));
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("the media directory " + directory + " cannot be created", e);
        }
        if (!Files.isWritable(directory)) {
            throw new UncheckedIOException(new IOException("the media directory " + directory + " is not writable"));
        }
    }

    @Override
    public Mono<StoredMedia> write(String mediaId, Publisher<ByteBuffer> content) {
        Path target = file(mediaId);
        return Mono.using(
                        () -> new Upload(directory.resolve(mediaId + "." + UUID.randomUUID() + UNFINISHED)),
                        upload -> Flux.from(content)
                                .publishOn(disk, PREFETCH)
                                .doOnNext(upload::append)
                                .then(Mono.fromCallable(() -> upload.finish(mediaId, target))),
                        Upload::close)
                .subscribeOn(disk);
    }

    @Override
    public long bytesPerWrite() {
        return WRITE_BUFFER;
    }

    @Override
    public Mono<byte[]> read(String mediaId) {
        Path file = file(mediaId);
        return blocking(() -> {
            try {
                return Files.readAllBytes(file);
            } catch (NoSuchFileException e) {
                throw new NoSuchMediaException(mediaId);
            }
        });
    }

    @Override
    public Mono<Long> size(String mediaId) {
        Path file = file(mediaId);
        return blocking(() -> {
            try {
                return Files.size(file);
            } catch (NoSuchFileException e) {
                throw new NoSuchMediaException(mediaId);
            }
        });
    }

    @Override
    public Flux<ByteBuffer> read(String mediaId, long from, long length) {
        Path file = file(mediaId);
        return Flux.<ByteBuffer, Download>using(
                        () -> Download.open(mediaId, file, from, length),
                        download -> Flux.generate(download::next),
                        Download::close)
                .subscribeOn(disk);
    }

    @Override
    public Mono<Void> delete(String mediaId) {
        Path file = file(mediaId);
        return blocking(() -> Files.deleteIfExists(file)).then();
    }

    @Override
    public Mono<Integer> deleteStoredBefore(Function<String, Instant> time) {
        return blocking(() -> {
            int deleted = 0;
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, DirectoryMediaStore::isOurs)) {
                for (Path file : files) {
                    if (deleteIfOlder(file, time.apply(mediaIdOf(file)))) {
                        deleted++;
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return deleted;
        });
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    private static boolean isOurs(Path file) {
        return OURS.matcher(file.getFileName().toString()).matches();
    }

    private static String mediaIdOf(Path file) {
        String name = file.getFileName().toString();
        int end = name.indexOf('.');
        return end < 0 ? name : name.substring(0, end);
    }

    /** One file that cannot be examined or removed must not keep the others. */
    private static boolean deleteIfOlder(Path file, Instant time) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    && attributes.lastModifiedTime().compareTo(FileTime.from(time)) < 0
                    && Files.deleteIfExists(file);
        } catch (NoSuchFileException e) {
            return false; // Its command has just ended.
        } catch (IOException e) {
            log.warn("A file in the media directory cannot be swept: {}", e.toString());
            return false;
        }
    }

    private <T> Mono<T> blocking(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(disk);
    }

    private Path file(String mediaId) {
        return directory.resolve(MediaIds.requireValid(mediaId));
    }

    /** A file being read. */
    private static final class Download {
        private final FileChannel channel;
        private long left;

        private Download(FileChannel channel, long left) {
            this.channel = channel;
            this.left = left;
        }

        static Download open(String mediaId, Path file, long from, long length) throws IOException {
            try {
                return new Download(
                        FileChannel.open(file, StandardOpenOption.READ).position(from), length);
            } catch (NoSuchFileException e) {
                throw new NoSuchMediaException(mediaId);
            }
        }

        synchronized void next(SynchronousSink<ByteBuffer> sink) {
            if (left <= 0 || !channel.isOpen()) { // It was cancelled while this chunk was asked for.
                sink.complete();
                return;
            }
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(left, READ_CHUNK));
            try {
                int read = channel.read(chunk);
                if (read < 0) {
                    sink.complete();
                    return;
                }
                left -= read;
                sink.next(chunk.flip());
            } catch (IOException e) {
                sink.error(e);
            }
        }

        synchronized void close() {
            try {
                channel.close();
            } catch (IOException e) {
                log.debug("A file that was read cannot be closed: {}", e.toString());
            }
        }
    }

    /** A file being written. Closing it before it is finished removes it. */
    private static final class Upload {
        private final Path unfinished;
        private final FileChannel channel;
        private final MessageDigest digest;
        private long size;

        Upload(Path unfinished) throws IOException, NoSuchAlgorithmException {
            this.unfinished = unfinished;
            this.digest = MessageDigest.getInstance("SHA-256");
            this.channel = FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        synchronized void append(ByteBuffer chunk) {
            if (!channel.isOpen()) {
                return; // The upload was cancelled while this chunk was on its way.
            }
            digest.update(chunk.duplicate());
            size += chunk.remaining();
            try {
                while (chunk.hasRemaining()) {
                    channel.write(chunk);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        synchronized StoredMedia finish(String mediaId, Path target) throws IOException {
            channel.force(true);
            channel.close();
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            return new StoredMedia(mediaId, size, HexFormat.of().formatHex(digest.digest()));
        }

        synchronized void close() {
            try {
                channel.close();
                Files.deleteIfExists(unfinished);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
