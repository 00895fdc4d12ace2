package dev.merpati.worker.media;

import dev.merpati.media.MediaStore;
import dev.merpati.media.NoSuchMediaException;
import dev.merpati.model.media.ReceivedFile;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.settings.MediaSettings;
import dev.merpati.worker.store.ReceivedMediaStore;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.MediaReader;
import dev.merpati.worker.whatsapp.MediaUnavailableException;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Received files: remembered in Redis, fetched from WhatsApp on request or at once, kept in the media store. A file is in the
 * media store only when it is whole and is the one that was sent; a chunk of it is in memory at a time. Thread-safe.
 *
 * <p>A download belongs to no owner of a shard: two workers that fetch one file store the same bytes under the same name.
 */
public final class ReceivedFiles implements ReceivedMedia, MediaFetcher, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReceivedFiles.class);
    private static final Duration STORE_TIMEOUT = Duration.ofSeconds(30);
    /** Only for a media store that hangs; the content has a time of its own. */
    private static final Duration LONGEST_WRITE = Duration.ofHours(12);

    private static final int CHUNK = 32 * 1024;
    private static final int DELETES_AT_ONCE = 8;

    private static final String FETCHED = "fetched";
    /** How a download can fail. */
    private static final List<FailureCode> FAILURES = List.of(
            FailureCode.MEDIA_EXPIRED,
            FailureCode.MEDIA_CORRUPT,
            FailureCode.MEDIA_TOO_LARGE,
            FailureCode.MEDIA_UNREACHABLE,
            FailureCode.MEDIA_NOT_FOUND,
            FailureCode.INTERNAL);

    /** Where files come from. */
    @FunctionalInterface
    public interface Source {
        /** As {@link dev.merpati.worker.whatsapp.WhatsAppConnector#download}. */
        void download(IncomingContent.Media media, long maxBytes, MediaReader reader) throws MediaUnavailableException;
    }

    private final ReceivedMediaStore references;
    private final MediaStore files;
    private final Source source;
    private final MediaSettings settings;
    private final Meter.MeterProvider<Counter> downloads;
    private final Counter skipped;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("received-media-", 0).factory());
    private final Scheduler readers = Schedulers.fromExecutorService(threads);
    private final DownloadQueue queue;

    public ReceivedFiles(
            ReceivedMediaStore references,
            MediaStore files,
            Source source,
            MediaSettings settings,
            MeterRegistry meters) {
        this.references = references;
        this.files = files;
        this.source = source;
        this.settings = settings;
        this.queue = new DownloadQueue(
                settings.receivedMaxParallel(), settings.receivedAtOnceMaxWaiting(), threads, this::download);
        downloads = Counter.builder("merpati.worker.media.received.downloads")
                .description("Received files that were to be fetched, by what became of them")
                .withRegistry(meters);
        // From the start, or a rate would miss the first.
        downloads.withTag("result", FETCHED);
        FAILURES.forEach(code -> downloads.withTag("result", label(code)));
        skipped = Counter.builder("merpati.worker.media.received.skipped")
                .description(
                        "Received files that were not fetched at once because too many waited; requests fetch them")
                .register(meters);
        Gauge.builder("merpati.worker.media.received.waiting", queue, DownloadQueue::waiting)
                .description("Received files that wait to be fetched")
                .register(meters);
        Gauge.builder("merpati.worker.media.received.running", queue, DownloadQueue::running)
                .description("Received files that are being fetched")
                .register(meters);
    }

    @Override
    public boolean remember(ShardLease lease, UUID sessionId, String mediaId, ReceivedReference file) {
        return references.remember(lease, sessionId, mediaId, file);
    }

    @Override
    public void published(ShardLease lease, UUID sessionId, String mediaId) {
        if (settings.received() == MediaSettings.Received.AT_ONCE
                && !queue.offer(new DownloadQueue.File(sessionId, mediaId))) {
            skipped.increment();
        }
    }

    @Override
    public CompletableFuture<Outcome> fetch(UUID sessionId, String mediaId) {
        return queue.await(new DownloadQueue.File(sessionId, mediaId));
    }

    @Override
    public @Nullable ReceivedReference find(UUID sessionId, String mediaId) {
        return references.find(sessionId, mediaId);
    }

    @Override
    public CompletableFuture<Outcome> fetchFrom(
            ShardLease lease, UUID sessionId, String mediaId, ReceivedReference file) {
        references.remember(lease, sessionId, mediaId, file);
        return fetch(sessionId, mediaId);
    }

    @Override
    public void forget(UUID sessionId) {
        Flux.defer(() -> Flux.fromIterable(references.idsOf(sessionId)))
                .flatMap(id -> files.delete(ReceivedFile.nameInStore(sessionId, id)), DELETES_AT_ONCE)
                .subscribeOn(readers)
                .doOnError(e -> log.warn("Files of session {} are left to the sweep: {}", sessionId, e.toString()))
                .onErrorComplete()
                .subscribe();
    }

    private Outcome download(DownloadQueue.File file, boolean awaited) {
        Outcome outcome;
        try {
            outcome = downloadUnlessThere(file, awaited);
        } catch (MediaUnavailableException e) {
            outcome = Outcome.Failed.of(
                    switch (e.reason()) {
                        case GONE -> FailureCode.MEDIA_EXPIRED;
                        case CORRUPT -> FailureCode.MEDIA_CORRUPT;
                        case TOO_LARGE -> FailureCode.MEDIA_TOO_LARGE;
                        case UNREACHABLE -> FailureCode.MEDIA_UNREACHABLE;
                    },
                    String.valueOf(e.getMessage()));
        } catch (UnreadableCredentialsException e) {
            log.error("The key of a file of session {} cannot be read: {}", file.sessionId(), e.getMessage());
            outcome = Outcome.Failed.of(FailureCode.INTERNAL, "the file's key cannot be read");
        } catch (RuntimeException e) {
            log.warn("A file of session {} cannot be fetched now: {}", file.sessionId(), e.toString());
            outcome = Outcome.Failed.of(FailureCode.MEDIA_UNREACHABLE, "Redis or the media store is away");
        } catch (Error e) {
            log.error("Unhandled error", e);
            outcome = Outcome.Failed.of(FailureCode.INTERNAL, "an error of the worker, see its log");
        }
        downloads
                .withTag("result", outcome instanceof Outcome.Failed failed ? label(failed.code()) : FETCHED)
                .increment();
        return outcome;
    }

    private static String label(FailureCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }

    private Outcome downloadUnlessThere(DownloadQueue.File file, boolean awaited) throws MediaUnavailableException {
        String name = ReceivedFile.nameInStore(file.sessionId(), file.mediaId());
        if (isThere(name)) {
            return new Outcome.MediaFetched();
        }
        ReceivedReference reference = references.find(file.sessionId(), file.mediaId());
        if (reference == null) {
            return Outcome.Failed.of(FailureCode.MEDIA_NOT_FOUND, "no file of this id is remembered");
        }
        long maxBytes = (awaited ? settings.receivedMaxSize() : settings.receivedAtOnceMaxSize()).toBytes();
        source.download(reference.media(), maxBytes, content -> store(name, content));
        if (references.find(file.sessionId(), file.mediaId()) == null) {
            files.delete(name).block(STORE_TIMEOUT); // The session was deleted meanwhile, with what was there by then.
            return Outcome.Failed.of(FailureCode.MEDIA_NOT_FOUND, "the file is not remembered any more");
        }
        return new Outcome.MediaFetched();
    }

    private boolean isThere(String name) {
        try {
            files.size(name).block(STORE_TIMEOUT);
            return true;
        } catch (NoSuchMediaException e) {
            return false;
        } catch (RuntimeException e) {
            throw new MediaStoreUnavailableException(e);
        }
    }

    /** @throws IOException of the content; the store keeps nothing then */
    private void store(String name, InputStream content) throws IOException {
        AtomicReference<@Nullable IOException> broken = new AtomicReference<>();
        AtomicBoolean abandoned = new AtomicBoolean();
        Flux<ByteBuffer> chunks = Flux.<ByteBuffer>generate(sink -> {
                    try {
                        byte[] chunk = new byte[CHUNK];
                        int read = content.read(chunk);
                        if (read < 0) {
                            sink.complete();
                        } else {
                            sink.next(ByteBuffer.wrap(chunk, 0, read));
                        }
                    } catch (IOException e) {
                        if (abandoned.get()) {
                            sink.complete(); // Nobody is left to hear of it.
                        } else {
                            broken.set(e);
                            sink.error(e);
                        }
                    }
                })
                .doOnCancel(() -> abandoned.set(true))
                .subscribeOn(readers);
        try {
            files.write(name, chunks).block(LONGEST_WRITE);
        } catch (RuntimeException e) {
            IOException cause = broken.get();
            if (cause != null) {
                throw cause;
            }
            throw new MediaStoreUnavailableException(e);
        }
    }

    /** Ends the downloads that are under way; what they have written so far goes away. */
    @Override
    public void close() {
        readers.dispose();
        threads.shutdownNow();
    }
}
