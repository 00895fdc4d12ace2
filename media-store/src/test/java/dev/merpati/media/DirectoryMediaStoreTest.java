package dev.merpati.media;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void saysWhichDirectoryCannotBeMade() throws IOException {
        Path file = Files.createFile(directory.resolve("a-file"));

        assertThatThrownBy(() -> new DirectoryMediaStore(file.resolve("media")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("a-file");
    }
}
