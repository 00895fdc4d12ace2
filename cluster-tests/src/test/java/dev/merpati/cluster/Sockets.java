package dev.merpati.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The TCP sockets of a process, as Linux shows them: the process itself cannot be asked while it is paused. */
final class Sockets {
    private static final int REMOTE_ADDRESS = 2;
    private static final int INODE = 9;

    private Sockets() {}

    /** How many sockets of the process are connected to that port, or still held after the other side closed them. */
    static long to(int port, long pid) {
        Path process = Path.of("/proc", String.valueOf(pid));
        String remotePort = String.format(Locale.ROOT, ":%04X", port);
        try {
            Set<String> held = descriptors(process.resolve("fd"));
            return Stream.of("net/tcp", "net/tcp6")
                    .flatMap(file -> lines(process.resolve(file)))
                    .map(line -> List.of(line.strip().split("\\s+")))
                    .filter(fields -> fields.get(REMOTE_ADDRESS).endsWith(remotePort))
                    .filter(fields -> held.contains("socket:[" + fields.get(INODE) + "]"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> descriptors(Path folder) throws IOException {
        try (Stream<Path> descriptors = Files.list(folder)) {
            return descriptors.map(Sockets::target).collect(Collectors.toSet());
        }
    }

    /** Empty when it was closed since the folder was listed. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().skip(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
