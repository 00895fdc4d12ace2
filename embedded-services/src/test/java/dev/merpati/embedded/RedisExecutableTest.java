package dev.merpati.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisExecutableTest {
    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64, 7, 0",
        "Valkey server v=8.1.3 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64, 8, 1",
        "Redis server v=6.2.0 sha=00000000:0, 6, 2"
    })
    void takesTheServerOnThePath(String version, int major, int minor) throws IOException {
        Path installed = install("a", version);

        assertThat(find("/no/such/folder", "", "a"))
                .isEqualTo(new RedisExecutable(installed.toAbsolutePath(), major, minor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Redis server v=6.0.16 sha=00000000:0", "Redis server v=5.0.3", "no version", ""})
    void passesOverAServerThatIsTooOldOrTellsNoVersion(String version) throws IOException {
        install("a", version);
        Path next = install("b", "Redis server v=7.2.1");

        assertThat(find("a", "b").path()).isEqualTo(next.toAbsolutePath());
        assertThat(find("a").path()).startsWith(directory.resolve("data"));
    }

    @Test
    void refusesDataThatANewerServerWroteInsteadOfStartingWithoutIt() throws IOException {
        Files.createDirectories(directory.resolve("data").resolve("appendonlydir"));
        install("a", "Redis server v=7.0.15");

        assertThat(find("a").major()).isEqualTo(7);
        assertThatThrownBy(() -> find(""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("written by Redis 7 or later", "6.2", "PATH");
    }

    private RedisExecutable find(String... folders) {
        String path = String.join(
                java.io.File.pathSeparator,
                java.util.stream.Stream.of(folders)
                        .map(folder -> folder.isEmpty() || folder.startsWith("/")
                                ? folder
                                : directory.resolve(folder).toString())
                        .toList());
        return RedisExecutable.find(directory.resolve("data"), path);
    }

    private Path install(String folder, String version) throws IOException {
        Path file = Files.createDirectories(directory.resolve(folder)).resolve("redis-server");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        return Files.writeString(file, "#!/bin/sh\necho '" + version + "'\n");
    }
}
