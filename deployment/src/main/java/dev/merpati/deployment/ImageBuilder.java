package dev.merpati.deployment;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Puts an image together, without a container engine. Its layers, from what changes seldom to what changes with every commit:
 * the base, the Java runtime, the libraries, our own jars, the AOT cache. The same input gives the same image, bit by bit.
 *
 * @param base a tar of an image, as {@code tar:<path>}, or a reference to a registry
 * @param revision the commit
 */
record ImageBuilder(String base, String tag, String revision, Path workbench) {
    static final String USER = "65532:65532";
    private static final Pattern OURS = Pattern.compile("(common-model|common-clients|media-store|cobalt)-.*\\.jar");
    private static final String PREFIX_OF_TARS = "tar:";
    private static final String JAVA = "/opt/java";
    private static final String HOME = "/opt/merpati";
    private static final String HEALTH = "/opt/health";

    /** Writes the image as a tar that {@code docker load} and {@code ctr image import} read. */
    void build(Program program, List<String> arguments, Path runtime, Path unpacked, Path tar) {
        try {
            JibContainerBuilder image = from().addFileEntriesLayer(tree("runtime", runtime, JAVA, file -> true))
                    .addFileEntriesLayer(tree("libraries", unpacked, HOME, file -> isLibrary(file) && !isOurs(file)))
                    .addFileEntriesLayer(
                            tree("program", unpacked, HOME, file -> isJar(file) && (!isLibrary(file) || isOurs(file))))
                    .addFileEntriesLayer(configuration(program, unpacked))
                    .setEntrypoint(JAVA + "/bin/java", "@" + HOME + "/jvm.options", "-jar", HOME + "/app.jar")
                    .setProgramArguments(arguments)
                    .setUser(USER)
                    .setWorkingDirectory(AbsoluteUnixPath.get(HOME))
                    .setEnvironment(environment(program))
                    .setLabels(labels(program));
            for (int port : program.ports()) {
                image.addExposedPort(Port.tcp(port));
            }
            Path cache = Files.createDirectories(workbench.resolve("layers"));
            image.containerize(Containerizer.to(TarImage.at(tar).named(program.image(tag)))
                    .setToolName("merpati")
                    .setApplicationLayersCache(cache)
                    .setBaseImageLayersCache(cache));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot build " + program.image(tag), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException
                | RegistryException
                | CacheDirectoryCreationException
                | InvalidImageReferenceException
                | URISyntaxException e) {
            throw new IllegalStateException(
                    "cannot build " + program.image(tag) + " on the base " + base + ": " + e.getMessage(), e);
        }
    }

    private JibContainerBuilder from() throws InvalidImageReferenceException {
        return base.startsWith(PREFIX_OF_TARS)
                ? Jib.from(TarImage.at(Path.of(base.substring(PREFIX_OF_TARS.length()))))
                : Jib.from(RegistryImage.named(base));
    }

    private static Map<String, String> environment(Program program) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("LANG", "C.UTF-8");
        environment.put("JAVA_HOME", JAVA);
        environment.putAll(program.environment());
        return environment;
    }

    private Map<String, String> labels(Program program) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("org.opencontainers.image.title", program.title());
        labels.put("org.opencontainers.image.version", tag);
        labels.put("org.opencontainers.image.revision", revision);
        labels.put("org.opencontainers.image.licenses", "Apache-2.0");
        labels.put("org.opencontainers.image.base.name", base);
        return labels;
    }

    /** What the JVM is told, the AOT cache, the health check, and the folders that a volume or a tmpfs is mounted on. */
    private FileEntriesLayer configuration(Program program, Path unpacked) throws IOException, URISyntaxException {
        Path folder = Files.createDirectories(workbench.resolve("configuration").resolve(program.module()));
        List<String> options = new ArrayList<>(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ReservedCodeCacheSize=96m",
                "-XX:MaxMetaspaceSize=192m"));
        options.addAll(program.jvmOptions());
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("configuration");
        Path cache = unpacked.resolve("app.aot");
        if (Files.exists(cache)) {
            options.add("-XX:AOTCache=" + HOME + "/app.aot");
            layer.addEntry(cache, AbsoluteUnixPath.get(HOME + "/app.aot"));
        }
        Path optionsFile = folder.resolve("jvm.options");
        Files.writeString(optionsFile, String.join("\n", options) + "\n", StandardCharsets.UTF_8);
        layer.addEntry(optionsFile, AbsoluteUnixPath.get(HOME + "/jvm.options"));
        Path healthCheck = healthCheck(folder);
        String name = HealthCheck.class.getName().replace('.', '/') + ".class";
        layer.addEntry(healthCheck, AbsoluteUnixPath.get(HEALTH + "/" + name));
        Path empty = Files.createDirectories(folder.resolve("empty"));
        for (String data : List.of("/var/lib/merpati/media", "/var/lib/merpati/simulator")) {
            layer.addEntry(
                    empty,
                    AbsoluteUnixPath.get(data),
                    FilePermissions.DEFAULT_FOLDER_PERMISSIONS,
                    FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
                    USER);
        }
        return layer.build();
    }

    private static Path healthCheck(Path folder) throws IOException {
        Path file = folder.resolve("HealthCheck.class");
        try (var in = HealthCheck.class.getResourceAsStream("HealthCheck.class")) {
            if (in == null) {
                throw new IllegalStateException("HealthCheck.class is not on the class path");
            }
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    /** Files keep their times, which are part of what the JVM compares with the AOT cache. */
    private static FileEntriesLayer tree(String name, Path source, String target, Predicate<Path> wanted)
            throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Path relative = source.relativize(file);
                if (wanted.test(relative)) {
                    layer.addEntry(
                            file,
                            AbsoluteUnixPath.get(target).resolve(relative),
                            Files.isExecutable(file)
                                    ? FilePermissions.fromOctalString("755")
                                    : FilePermissions.DEFAULT_FILE_PERMISSIONS,
                            name.equals("runtime")
                                    ? Instant.EPOCH.plusSeconds(1)
                                    : Files.getLastModifiedTime(file).toInstant());
                }
            }
        }
        return layer.build();
    }

    private static boolean isLibrary(Path file) {
        return file.startsWith("lib");
    }

    private static boolean isJar(Path file) {
        return file.toString().endsWith(".jar");
    }

    private static boolean isOurs(Path file) {
        return OURS.matcher(file.getFileName().toString()).matches();
    }
}
