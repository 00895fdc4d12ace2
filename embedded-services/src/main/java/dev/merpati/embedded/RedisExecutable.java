package dev.merpati.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;

/**
 * The {@code redis-server} to run: the first one on the PATH that is recent enough, since its distributor keeps it
 * patched, and otherwise the one that comes with us.
 */
record RedisExecutable(Path path, int major, int minor) {
    private static final Logger log = LoggerFactory.getLogger(RedisExecutable.class);
    /** "Redis server v=7.0.15 sha=…", "Valkey server v=8.0.1 sha=…". */
    private static final Pattern VERSION = Pattern.compile("\\bv=(\\d{1,4})\\.(\\d{1,4})");

    private static final int BUNDLED_MAJOR = 6;
    private static final int BUNDLED_MINOR = 2;
    /** From here on the append-only file is a directory of files, which older servers do not look at. */
    private static final int FIRST_WITH_APPEND_ONLY_DIRECTORY = 7;

    private static final String APPEND_ONLY_DIRECTORY = "appendonlydir";

    /**
     * Finds the executable for a server with its data in a directory.
     *
     * @param directory made when it is not there yet; the bundled server is unpacked into it
     * @param searchPath as the environment variable PATH
     * @throws IllegalStateException when the data was written by a newer server than there is: the older one would start
     *     without any of it
     */
    static RedisExecutable find(Path directory, String searchPath) {
        RedisExecutable found = Stream.of(searchPath.split(java.io.File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .flatMap(file -> installed(file).stream())
                .findFirst()
                .orElseGet(() -> bundled(directory));
        if (found.major < FIRST_WITH_APPEND_ONLY_DIRECTORY
                && Files.isDirectory(directory.resolve(APPEND_ONLY_DIRECTORY))) {
            throw new IllegalStateException("the data in " + directory.toAbsolutePath()
                    + " was written by Redis 7 or later, and " + found.path + " is Redis " + found.major + "."
                    + found.minor + ", which cannot read it: put a redis-server 7 or later on the PATH");
        }
        log.info("Redis {}.{} is {}", found.major, found.minor, found.path);
        return found;
    }

    private static Optional<RedisExecutable> installed(Path file) {
        String answer = versionOf(file);
        Matcher version = VERSION.matcher(answer);
        if (!version.find()) {
            log.warn("{} is not used: it does not tell its version", file);
            return Optional.empty();
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        if (major < BUNDLED_MAJOR || (major == BUNDLED_MAJOR && minor < BUNDLED_MINOR)) {
            log.warn(
                    "{} is not used: it is version {}.{}, needed is {}.{} or later",
                    file,
                    major,
                    minor,
                    BUNDLED_MAJOR,
                    BUNDLED_MINOR);
            return Optional.empty();
        }
        return Optional.of(new RedisExecutable(file.toAbsolutePath(), major, minor));
    }

    private static String versionOf(Path file) {
        try {
            Process process = new ProcessBuilder(file.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return new String(process.getInputStream().readNBytes(1_000), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static RedisExecutable bundled(Path directory) {
        try {
            Path unpacked = Files.createDirectories(directory.resolve("bin"));
            Path file = ExecutableProvider.newJarResourceProvider(unpacked.toFile())
                    .get()
                    .toPath()
                    .toAbsolutePath();
            return new RedisExecutable(file, BUNDLED_MAJOR, BUNDLED_MINOR);
        } catch (IOException e) {
            throw new UncheckedIOException("Redis cannot be unpacked: " + e.getMessage(), e);
        }
    }
}
