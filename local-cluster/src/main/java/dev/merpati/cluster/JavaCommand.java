package dev.merpati.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines that run the repository's executable jars on the JVM that this program runs on. */
final class JavaCommand {
    private static final String REPOSITORY_PROPERTY = "merpati.repository";

    private JavaCommand() {}

    /**
     * @param module whose {@code target/<module>-exec.jar} is run
     * @param flags of the JVM
     */
    static List<String> of(String module, List<String> flags, List<String> arguments) {
        Path jar = repository().resolve(module).resolve("target").resolve(module + "-exec.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing; build it with ./mvnw package -pl " + module
                    + " -am, or name the repository with -D" + REPOSITORY_PROPERTY);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // What Netty and protobuf do is no news.
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(flags);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(arguments);
        return command;
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
