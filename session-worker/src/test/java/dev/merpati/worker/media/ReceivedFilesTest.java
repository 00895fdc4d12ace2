package dev.merpati.worker.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.media.DirectoryMediaStore;
import dev.merpati.media.NoSuchMediaException;
import dev.merpati.model.media.ReceivedFile;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.settings.TestSettings;
import dev.merpati.worker.store.ReceivedMediaStore;
import dev.merpati.worker.whatsapp.MediaReader;
import dev.merpati.worker.whatsapp.MediaUnavailableException;
import dev.merpati.worker.whatsapp.MediaUnavailableException.Reason;
import dev.merpati.worker.whatsapp.ReceivedReference;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ReceivedFilesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path directory = Path.of("");

    private final UUID session = UUID.randomUUID();
    private final byte[] content = random();
    private final References references = new References();
    private final AtomicInteger downloads = new AtomicInteger();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private ReceivedFiles.Source source = (_, _, reader) -> read(reader, new ByteArrayInputStream(content));
    private @Nullable DirectoryMediaStore store;
    private @Nullable ReceivedFiles files;

    @AfterEach
    void close() {
        if (files != null) {
            files.close();
        }
        if (store != null) {
            store.close();
        }
    }

    @Test
    void isInTheMediaStoreAfterTheFirstRequestAndFetchedNoMore() {
        references.remember("m1");

        assertThat(fetch("m1")).isEqualTo(new Outcome.MediaFetched());
        assertThat(fetch("m1")).isEqualTo(new Outcome.MediaFetched());

        assertThat(stored("m1")).isEqualTo(content);
        assertThat(downloads).hasValue(1);
        assertThat(meters.get("merpati.worker.media.received.downloads")
                        .tag("result", "fetched")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void everyResultIsCountedFromTheStart() {
        files();

        assertThat(meters.get("merpati.worker.media.received.downloads").counters())
                .extracting(counter -> counter.getId().getTag("result"))
                .containsExactlyInAnyOrder(
                        "fetched",
                        "media_expired",
                        "media_corrupt",
                        "media_too_large",
                        "media_unreachable",
                        "media_not_found",
                        "internal");
    }

    @Test
    void requestsAtOneTimeShareADownload() throws Exception {
        references.remember("m1");
        CountDownLatch mayEnd = new CountDownLatch(1);
        source = (_, _, reader) -> {
            awaitQuietly(mayEnd);
            read(reader, new ByteArrayInputStream(content));
        };
        CompletableFuture<Outcome> first = files().fetch(session, "m1");
        CompletableFuture<Outcome> second = files().fetch(session, "m1");
        mayEnd.countDown();

        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(new Outcome.MediaFetched());
        assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(new Outcome.MediaFetched());
        assertThat(downloads).hasValue(1);
    }

    @Test
    void whatBreaksOffLeavesNothing() {
        references.remember("m1");
        source = (_, _, reader) -> {
            assertThatThrownBy(() -> reader.read(broken()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cut");
            assertThat(filesHeld()).isZero();
            throw new MediaUnavailableException(Reason.CORRUPT, "the file's MAC is wrong");
        };

        assertFailed("m1", FailureCode.MEDIA_CORRUPT);

        assertThat(filesHeld()).isZero();
    }

    @Test
    void whatBreaksOffIsReplacedByASecondTry() {
        references.remember("m1");
        source = (_, _, reader) -> {
            assertThatThrownBy(() -> reader.read(broken())).isInstanceOf(IOException.class);
            read(reader, new ByteArrayInputStream(content));
        };

        assertThat(fetch("m1")).isEqualTo(new Outcome.MediaFetched());

        assertThat(stored("m1")).isEqualTo(content);
        assertThat(filesHeld()).isOne();
    }

    @Test
    void saysWhyItHasNoFile() {
        assertFailed("unknown", FailureCode.MEDIA_NOT_FOUND);
        references.remember("m1");
        for (Map.Entry<Reason, FailureCode> each : Map.of(
                        Reason.GONE, FailureCode.MEDIA_EXPIRED,
                        Reason.CORRUPT, FailureCode.MEDIA_CORRUPT,
                        Reason.TOO_LARGE, FailureCode.MEDIA_TOO_LARGE,
                        Reason.UNREACHABLE, FailureCode.MEDIA_UNREACHABLE)
                .entrySet()) {
            source = (_, _, _) -> {
                throw new MediaUnavailableException(each.getKey(), "as told");
            };
            assertFailed("m1", each.getValue());
        }
    }

    @Test
    void redisThatIsAwayIsNoDefect() {
        references.failure = new IllegalStateException("Redis is away");

        assertFailed("m1", FailureCode.MEDIA_UNREACHABLE);
    }

    @Test
    void aSessionThatIsDeletedMeanwhileKeepsNoFile() {
        references.remember("m1");
        source = (_, _, reader) -> {
            read(reader, new ByteArrayInputStream(content));
            references.known.clear();
        };

        assertFailed("m1", FailureCode.MEDIA_NOT_FOUND);

        assertThat(filesHeld()).isZero();
    }

    @Test
    void filesOfADeletedSessionGo() {
        references.remember("m1");
        references.remember("m2");
        fetch("m1");
        fetch("m2");
        assertThat(filesHeld()).isEqualTo(2);

        files().forget(session);

        await().atMost(PATIENCE).until(() -> filesHeld() == 0);
    }

    @Test
    void fetchesNothingUnaskedUnlessToldTo() {
        references.remember("m1");

        files().published(references.lease, session, "m1");

        assertThat(meters.get("merpati.worker.media.received.running").gauge().value())
                .isZero();
        assertThat(meters.get("merpati.worker.media.received.waiting").gauge().value())
                .isZero();
    }

    @Test
    void fetchesAtOnceWhenToldToAndNoLargerFilesThanMay() {
        references.remember("m1");
        ReceivedFiles atOnce = files(
                "merpati.media.received", "at-once",
                "merpati.media.received-max-size", "3MB",
                "merpati.media.received-at-once-max-size", "2MB");
        AtomicInteger limit = new AtomicInteger();
        source = (_, maxBytes, reader) -> {
            limit.set((int) maxBytes);
            read(reader, new ByteArrayInputStream(content));
        };

        atOnce.published(references.lease, session, "m1");

        await().atMost(PATIENCE).until(() -> filesHeld() == 1);
        assertThat(limit).hasValue(2 * 1024 * 1024);
        references.remember("m2");
        atOnce.fetch(session, "m2").join();
        assertThat(limit).hasValue(3 * 1024 * 1024);
    }

    @Test
    void countsWhatItHasNoRoomForAtOnce() {
        CountDownLatch mayEnd = new CountDownLatch(1);
        source = (_, _, _) -> awaitQuietly(mayEnd);
        references.remember("m1");
        ReceivedFiles atOnce = files(
                "merpati.media.received", "at-once",
                "merpati.media.received-max-parallel", "1",
                "merpati.media.received-at-once-max-waiting", "0");

        atOnce.published(references.lease, session, "m1");

        assertThat(meters.get("merpati.worker.media.received.skipped").counter().count())
                .isEqualTo(1);
        mayEnd.countDown();
    }

    @Test
    void aSweepLeavesReceivedFilesAsLongAsTheirEvents() throws IOException {
        references.remember("m1");
        fetch("m1");
        Path received = directory.resolve(ReceivedFile.nameInStore(session, "m1"));
        Path sent = Files.createFile(directory.resolve(UUID.randomUUID().toString()));
        Instant now = Files.getLastModifiedTime(received).toInstant();
        Duration retention = Duration.ofDays(7);

        sweep(now.plus(retention).plus(Duration.ofHours(23)), retention);
        assertThat(received).exists();
        assertThat(sent).doesNotExist();

        sweep(now.plus(retention).plus(Duration.ofHours(25)), retention);
        assertThat(received).doesNotExist();
    }

    private void sweep(Instant now, Duration retention) {
        new MediaSweeper(store(), () -> now, TestSettings.with().media(), retention).sweep();
    }

    private void assertFailed(String mediaId, FailureCode code) {
        assertThat(fetch(mediaId))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(code));
    }

    private Outcome fetch(String mediaId) {
        return files().fetch(session, mediaId).orTimeout(10, TimeUnit.SECONDS).join();
    }

    private byte @Nullable [] stored(String mediaId) {
        try {
            return store().read(ReceivedFile.nameInStore(session, mediaId)).block(PATIENCE);
        } catch (NoSuchMediaException e) {
            return null;
        }
    }

    private ReceivedFiles files(String... properties) {
        ReceivedFiles made = files;
        if (made == null) {
            made = new ReceivedFiles(
                    references,
                    store(),
                    (media, maxBytes, reader) -> {
                        downloads.incrementAndGet();
                        source.download(media, maxBytes, reader);
                    },
                    TestSettings.with(properties).media(),
                    meters);
            files = made;
        }
        return made;
    }

    private DirectoryMediaStore store() {
        DirectoryMediaStore made = store;
        if (made == null) {
            made = new DirectoryMediaStore(directory);
            store = made;
        }
        return made;
    }

    private int filesHeld() {
        try (Stream<Path> all = Files.list(directory)) {
            return (int) all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(MediaReader reader, InputStream content) {
        try {
            reader.read(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InputStream broken() {
        return new SequenceInputStream(new ByteArrayInputStream(content), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("cut");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("cut");
            }
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean _ = latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[300_000];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    /** Remembers in memory. */
    private static final class References implements ReceivedMediaStore {
        private final ShardLease lease = TestLeases.lease(0, System::nanoTime);
        private final Map<String, ReceivedReference> known = new ConcurrentHashMap<>();
        private @Nullable RuntimeException failure;

        void remember(String mediaId) {
            known.put(mediaId, TestReceived.reference());
        }

        @Override
        public boolean remember(ShardLease under, UUID sessionId, String mediaId, ReceivedReference file) {
            known.put(mediaId, file);
            return true;
        }

        @Override
        public @Nullable ReceivedReference find(UUID sessionId, String mediaId) {
            if (failure != null) {
                throw failure;
            }
            return known.get(mediaId);
        }

        @Override
        public Set<String> idsOf(UUID sessionId) {
            return known.keySet();
        }
    }
}
