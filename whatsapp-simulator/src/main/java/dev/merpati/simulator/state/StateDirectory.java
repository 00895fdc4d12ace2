package dev.merpati.simulator.state;

import dev.merpati.simulator.noise.ServerIdentity;
import dev.merpati.simulator.phone.NumberRule.NumberOverride;
import dev.merpati.simulator.tls.RootAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files that make a simulator survive a restart: {@code ca.pem} and {@code ca-key.der}, {@code noise-keys} and {@code noise-root},
 * {@code numbers.json}, one file per phone under {@code phones}, the uploads under {@code media}. Every file is replaced as a whole, so that a
 * crash leaves the old or the new one. One simulator at a time.
 */
public final class StateDirectory {
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path directory;

    public StateDirectory(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        Files.createDirectories(phones());
    }

    Path phones() {
        return directory.resolve("phones");
    }

    public Path media() {
        return directory.resolve("media");
    }

    /** The given root, or else that of the first start in this directory; its certificate is in {@code ca.pem}. */
    public RootAuthority authority(Optional<RootAuthority> own, Clock clock) throws IOException {
        Path certificate = directory.resolve("ca.pem");
        Path key = directory.resolve("ca-key.der");
        if (own.isPresent()) {
            // Its key stays where it is; the next start without it makes a root of the simulator's own.
            Files.deleteIfExists(key);
            replace(certificate, own.get().certificatePem().getBytes(StandardCharsets.US_ASCII));
            return own.get();
        }
        if (Files.exists(certificate) && Files.exists(key)) {
            try {
                X509Certificate stored = (X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(certificate)));
                return RootAuthority.restore(Files.readAllBytes(key), stored, clock);
            } catch (GeneralSecurityException e) {
                throw new IOException("No certificate and key in " + certificate + " and " + key, e);
            }
        }
        RootAuthority authority = RootAuthority.create(clock);
        replaceSecret(key, authority.privateKey());
        replace(certificate, authority.certificatePem().getBytes(StandardCharsets.US_ASCII));
        return authority;
    }

    /** The Noise keys of the first start in this directory; the root that clients trust is in {@code noise-root}, in hex. */
    public ServerIdentity noise(Clock clock) throws IOException {
        ServerIdentity identity = noiseKeys(clock);
        String root = HexFormat.of().formatHex(identity.rootKey()) + "\n";
        replace(directory.resolve("noise-root"), root.getBytes(StandardCharsets.US_ASCII));
        return identity;
    }

    private ServerIdentity noiseKeys(Clock clock) throws IOException {
        Path file = directory.resolve("noise-keys");
        if (Files.exists(file)) {
            try {
                return ServerIdentity.restore(Files.readAllBytes(file), clock);
            } catch (IllegalArgumentException e) {
                throw new IOException("No Noise keys in " + file, e);
            }
        }
        ServerIdentity identity = ServerIdentity.create(clock);
        replaceSecret(file, identity.privateKeys());
        return identity;
    }

    private static void replaceSecret(Path file, byte[] content) throws IOException {
        replace(file, content);
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    /** The overrides of the rule for numbers. */
    public Map<String, NumberOverride> numbers() throws IOException {
        Path file = directory.resolve("numbers.json");
        Map<String, NumberOverride> numbers = new HashMap<>();
        if (Files.exists(file)) {
            for (var number : MAPPER.readTree(Files.readAllBytes(file)).properties()) {
                JsonNode override = number.getValue();
                // Directories of earlier versions have nothing but whether the number is registered.
                numbers.put(
                        number.getKey(),
                        override.isBoolean()
                                ? new NumberOverride(override.booleanValue(), null)
                                : MAPPER.treeToValue(override, NumberOverride.class));
            }
        }
        return numbers;
    }

    public synchronized void saveNumbers(Map<String, NumberOverride> overrides) {
        try {
            replace(directory.resolve("numbers.json"), MAPPER.writeValueAsBytes(overrides));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot store the overrides of numbers", e);
        }
    }

    /** Replaces a file by one that is on the disk when this returns. */
    static void replace(Path file, byte[] content) throws IOException {
        write(file, content, true);
    }

    /**
     * Replaces a file.
     *
     * @param force whether to wait for the disk: needed against a crash of the machine, not against one of this process
     */
    static void write(Path file, byte[] content, boolean force) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, content);
        if (force) {
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
