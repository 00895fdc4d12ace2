package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void aNewFolderIsItsOwnersAlone() throws IOException {
        Path folder = directory.resolve("new").resolve("data");

        assertThat(DataFolder.makePrivate(folder)).isFalse();

        assertThat(rights(folder)).isEqualTo("rwx------");
    }

    @Test
    void aFolderOfOursLosesTheRightsOfOthers() throws IOException {
        Path folder = open("data");
        Files.createFile(folder.resolve("lock"));

        assertThat(DataFolder.makePrivate(folder)).isTrue();
        assertThat(DataFolder.makePrivate(folder)).isFalse();

        assertThat(rights(folder)).isEqualTo("rwx------");
    }

    @Test
    void anEmptyFolderLosesTheRightsOfOthers() throws IOException {
        Path folder = open("data");

        try (DataFolder _ = DataFolder.open(folder)) {
            assertThat(rights(folder)).isEqualTo("rwx------");
        }
    }

    @Test
    void aFolderWithFilesOfOthersIsRefusedAndLeftAsItIs() throws IOException {
        Path folder = open("home");
        Files.createFile(folder.resolve("letter.txt"));

        assertThatThrownBy(() -> DataFolder.open(folder))
                .isInstanceOf(StartupException.class)
                .hasMessageContainingAll(folder.toString(), "rwxr-xr-x", "--data");

        assertThat(rights(folder)).isEqualTo("rwxr-xr-x");
        assertThat(folder).isDirectoryNotContaining("glob:**lock");
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.createFile(directory.resolve("data"));

        assertThatThrownBy(() -> DataFolder.open(file))
                .isInstanceOf(StartupException.class)
                .hasMessageContainingAll("no folder", "--data");
    }

    private Path open(String name) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(name));
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String rights(Path folder) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
    }
}
