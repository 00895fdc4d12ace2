package dev.merpati.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Command lines that run the repository's executable jars on the JVM that this program runs on. */
final class JavaCommand {
    private static final String REPOSITORY_PROPERTY = "merpati.repository";
    /** Whether a jar starts fast; those that were never asked for are not there. */
    private static final Map<Path, Boolean> PREPARED = new ConcurrentHashMap<>();

    private JavaCommand() {}

    /**
     * Runs it as it is.
     *
     * @param module whose {@code target/<module>-exec.jar} is run
     * @param flags of the JVM
     */
    static List<String> plain(String module, List<String> flags, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // What Netty and protobuf do is no news.
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(flags);
        command.addAll(List.of("-jar", jar(module).toString()));
        command.addAll(arguments);
        return command;
    }

    /**
     * Runs it as operators do, by {@code deploy/run.sh}: a start takes a third of the time, once the first one has
     * prepared it. Blocks for half a minute meanwhile.
     *
     * @param module whose {@code target/<module>-exec.jar} is run
     * @param flags of the JVM, without blanks
     */
    static List<String> prepared(String module, List<String> flags, List<String> arguments) {
        Path jar = jar(module);
        Path script = repository().resolve("deploy").resolve("run.sh");
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "MERPATI_JAVA_OPTIONS=" + String.join(" ", flags),
                "MERPATI_FAST_START=" + PREPARED.computeIfAbsent(jar, missing -> prepare(script, missing)),
                script.toString(),
                jar.toString()));
        command.addAll(arguments);
        return command;
    }

    /** Returns whether it is prepared. Other programs that want the same wait for this one, instead of doing it again. */
    private static boolean prepare(Path script, Path jar) {
        Path lock = jar.resolveSibling(jar.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            ProcessBuilder builder = new ProcessBuilder(script.toString(), "--prepare", jar.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            return builder.start().waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Path jar(String module) {
        Path jar = repository().resolve(module).resolve("target").resolve(module + "-exec.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing; build it with ./mvnw package -pl " + module
                    + " -am, or name the repository with -D" + REPOSITORY_PROPERTY);
        }
        return jar;
    }

    /** The folder that the system property names, or the nearest one above the working directory with the launcher. */
    private static Path repository() {
        String named = System.getProperty(REPOSITORY_PROPERTY);
        if (named != null) {
            return Path.of(named).toAbsolutePath();
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("merpati")) && Files.exists(folder.resolve("session-worker"))) {
                return folder;
            }
        }
        throw new IllegalStateException("not inside of the repository; name its folder with -D" + REPOSITORY_PROPERTY);
    }
}
