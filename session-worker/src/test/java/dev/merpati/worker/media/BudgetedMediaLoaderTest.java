package dev.merpati.worker.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.media.DirectoryMediaStore;
import dev.merpati.media.MediaStore;
import dev.merpati.media.StoredMedia;
import dev.merpati.model.command.MediaKind;
import dev.merpati.model.command.MediaReference;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class BudgetedMediaLoaderTest {
    private static final int BUDGET = 100;
    private static final MediaLoader.Turn TURN = new MediaLoader.Turn("tenant", Instant.EPOCH);
    private static final Duration NO_PATIENCE = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory = Path.of("");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void holdsTheBudgetUntilTheFileIsClosed() {
        MediaReference first = stored("first", 60);
        MediaReference second = stored("second", 41);
        BudgetedMediaLoader loader = loader();

        try (LoadedMedia loaded = loader.load(first, TURN, NO_PATIENCE, PATIENCE)) {
            assertThat(loaded).isNotNull().extracting(LoadedMedia::content).isEqualTo(new byte[60]);
            assertThat(used()).isEqualTo(60);
            assertThat(loader.load(second, TURN, NO_PATIENCE, PATIENCE)).isNull();
        }

        assertThat(used()).isZero();
        try (LoadedMedia loaded = loader.load(second, TURN, NO_PATIENCE, PATIENCE)) {
            assertThat(loaded).isNotNull();
        }
    }

    @Test
    void givesTheBudgetBackForAFileThatIsNotThere() {
        MediaReference gone = stored("gone", 60);
        BudgetedMediaLoader loader = loader();
        loader.delete(gone);
        await().atMost(PATIENCE).until(() -> !Files.exists(directory.resolve("gone")));

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> loader.load(gone, TURN, NO_PATIENCE, PATIENCE))
                    .isInstanceOf(UnusableMediaException.class);
        }

        assertThat(used()).isZero();
    }

    @Test
    void refusesAFileThatIsNotTheOneThatWasUploaded() {
        MediaReference stored = stored("a", 10);
        MediaReference changed =
                new MediaReference("a", MediaKind.IMAGE, "0".repeat(64), 10, stored.mimeType(), stored.fileName());

        assertThatThrownBy(() -> loader().load(changed, TURN, NO_PATIENCE, PATIENCE))
                .isInstanceOf(UnusableMediaException.class)
                .hasMessageContaining("not the one");
    }

    @Test
    void refusesAFileThatNeverFits() {
        assertThatThrownBy(() -> loader().load(stored("large", BUDGET + 1), TURN, NO_PATIENCE, PATIENCE))
                .isInstanceOf(UnusableMediaException.class)
                .hasMessageContaining("101");
    }

    @Test
    void givesUpAStoreThatDoesNotAnswerInTime() {
        MediaReference media = stored("a", 10);
        BudgetedMediaLoader loader = new BudgetedMediaLoader(new SilentStore(), BUDGET, meters);

        assertThatThrownBy(() -> loader.load(media, TURN, NO_PATIENCE, Duration.ofMillis(50)))
                .isInstanceOf(MediaStoreUnavailableException.class)
                .hasRootCauseInstanceOf(TimeoutException.class);

        assertThat(used()).isZero();
    }

    private BudgetedMediaLoader loader() {
        return new BudgetedMediaLoader(new DirectoryMediaStore(directory), BUDGET, meters);
    }

    private double used() {
        return meters.get("merpati.worker.media.budget.used").gauge().value();
    }

    private MediaReference stored(String id, int size) {
        StoredMedia stored = Objects.requireNonNull(new DirectoryMediaStore(directory)
                .write(id, Flux.just(ByteBuffer.allocate(size)))
                .block());
        return new MediaReference(id, MediaKind.IMAGE, stored.sha256(), size, "image/png", "a.png");
    }

    /** A store that is away. */
    private static final class SilentStore implements MediaStore {
        @Override
        public Mono<StoredMedia> write(String mediaId, Publisher<ByteBuffer> content) {
            return Mono.never();
        }

        @Override
        public long bytesPerWrite() {
            return 0;
        }

        @Override
        public Mono<byte[]> read(String mediaId) {
            return Mono.never();
        }

        @Override
        public Mono<Void> delete(String mediaId) {
            return Mono.never();
        }

        @Override
        public Mono<Long> size(String mediaId) {
            return Mono.never();
        }

        @Override
        public Flux<ByteBuffer> read(String mediaId, long from, long length) {
            return Flux.never();
        }

        @Override
        public Mono<Integer> deleteStoredBefore(Function<String, Instant> time) {
            return Mono.never();
        }
    }
}
