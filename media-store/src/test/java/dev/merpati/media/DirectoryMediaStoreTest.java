package dev.merpati.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

class DirectoryMediaStoreTest extends MediaStoreContract {
    @TempDir
    private Path directory = Path.of("");

    @Override
    MediaStore store() {
        return new DirectoryMediaStore(directory);
    }

    @Override
    int filesHeld() {
        try (Stream<Path> files = Files.list(directory)) {
            return (int) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void sweepsNothingButItsOwnFiles() throws IOException {
        Instant past = Instant.now().minus(Duration.ofDays(2));
        store().write("ours", Flux.just(ByteBuffer.wrap(new byte[] {1}))).block();
        Path unfinished = Files.createFile(directory.resolve("ours." + UUID.randomUUID() + ".part"));
        List<Path> foreign = List.of(
                Files.createFile(directory.resolve("notes.txt")),
                Files.createFile(directory.resolve(".gitkeep")),
                Files.createFile(directory.resolve("archive.part")),
                Files.createDirectory(directory.resolve("lost+found")),
                Files.createDirectory(directory.resolve("a-directory-named-like-an-id")),
                Files.createSymbolicLink(directory.resolve("a-link"), Path.of("elsewhere")));
        for (Path file : List.of(directory.resolve("ours"), unfinished)) {
            Files.setLastModifiedTime(file, FileTime.from(past));
        }
        Files.createFile(foreign.get(4).resolve("keeps-it-from-being-deleted"));
        Set<PosixFilePermission> none = Set.of();
        Files.setPosixFilePermissions(foreign.get(3), none);

        assertThat(store().deleteStoredBefore(Instant.now().plusSeconds(60)).block())
                .isEqualTo(2);

        assertThat(foreign).allMatch(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS));
        assertThat(filesHeld()).isEqualTo(foreign.size());
    }

    /** An error that is raised after the cancellation would be logged, which fails this class. */
    @Test
    void endsQuietlyWhenCancelledInTheMiddle() throws InterruptedException {
        MediaStore store = store();
        store.write("large", Flux.range(0, 16).map(_ -> ByteBuffer.allocate(1024 * 1024)))
                .block();
        for (int i = 0; i < 40; i++) {
            CountDownLatch begun = new CountDownLatch(3);
            Disposable upload = store.write(
                            "endless",
                            Flux.<ByteBuffer>generate(sink -> sink.next(ByteBuffer.allocate(1024 * 1024)))
                                    .doOnNext(_ -> begun.countDown()))
                    .subscribe();
            begun.await();
            upload.dispose();
            store.read("large").subscribe().dispose();
        }
        await().untilAsserted(() -> assertThat(filesHeld()).isOne());
        store.close();
    }

    @Test
    void saysWhichDirectoryCannotBeMade() throws IOException {
        Path file = Files.createFile(directory.resolve("a-file"));

        assertThatThrownBy(() -> new DirectoryMediaStore(file.resolve("media")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("a-file");
    }
}
