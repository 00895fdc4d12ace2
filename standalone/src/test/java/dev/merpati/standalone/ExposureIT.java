package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What other machines, and other users of this one, can reach of a product that was started without options. */
@ExtendWith(ProductExtension.class)
class ExposureIT {
    private static final Path PROCESS = Path.of("/proc/self");
    private static final String LISTENING = "0A";
    /** 127.0.0.1, the same within IPv6, and ::1; the kernel writes each word with its bytes reversed. */
    private static final Set<String> LOOPBACK =
            Set.of("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000");

    private final Product product;

    ExposureIT(Product product) {
        this.product = product;
    }

    @Test
    void everythingListensOnTheLoopbackInterface() throws IOException {
        assumeTrue(Files.isReadable(PROCESS.resolve("net/tcp")), "the kernel tells the sockets of a process");

        List<String> sockets = listeningSockets();

        assertThat(sockets)
                .as("REST, two management ports, the simulator's two, Kafka's two")
                .hasSizeGreaterThanOrEqualTo(7);
        assertThat(sockets)
                .allSatisfy(socket ->
                        assertThat(socket.substring(0, socket.indexOf(':'))).isIn(LOOPBACK));
    }

    @Test
    void itsFilesAreItsOwnersAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(product.data()))
                .noneMatch(right -> !right.name().startsWith("OWNER"));
    }

    /** Address and port, in hexadecimal digits, of each server socket of this JVM. */
    private static List<String> listeningSockets() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(PROCESS.resolve("fd"))) {
            for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
                try {
                    inodes.add(Files.readSymbolicLink(descriptor).toString());
                } catch (NoSuchFileException e) {
                    // It was closed meanwhile.
                }
            }
        }
        List<String> sockets = new ArrayList<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            Files.readAllLines(PROCESS.resolve(table)).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(column -> column[3].equals(LISTENING) && inodes.contains("socket:[" + column[9] + "]"))
                    .forEach(column -> sockets.add(column[1]));
        }
        return sockets;
    }
}
