package dev.merpati.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes what goes into images: a Java runtime with only the modules that are needed, and unpacked programs with the AOT caches
 * that belong to this runtime.
 */
final class Workbench {
    /** What {@code jdeps} finds in the programs and their libraries, and what is found by name at run time. */
    private static final List<String> MODULES = List.of(
            "java.base",
            "java.compiler",
            "java.desktop",
            "java.instrument",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.prefs",
            "java.scripting",
            "java.security.jgss",
            "java.security.sasl",
            "java.sql",
            "java.xml",
            "jdk.jfr",
            "jdk.management",
            "jdk.management.agent",
            "jdk.net",
            "jdk.unsupported",
            // Dates in Indonesian.
            "jdk.localedata",
            // jcmd, for thread dumps and heap dumps in a container that has no shell.
            "jdk.jcmd",
            "jdk.zipfs");

    private final Path repository;
    private final Path folder;
    private final Path jdk = Path.of(System.getProperty("java.home"));

    /** @param folder for what is made; emptied first */
    Workbench(Path repository, Path folder) {
        this.repository = repository;
        this.folder = folder;
        deleteRecursively(folder);
    }

    Path runtime() {
        Path runtime = folder.resolve("runtime");
        if (!Files.exists(runtime)) {
            run(
                    Map.of(),
                    jdk.resolve("bin/jlink").toString(),
                    "--add-modules=" + String.join(",", MODULES),
                    "--include-locales=en,id",
                    "--strip-debug",
                    "--no-man-pages",
                    "--no-header-files",
                    "--output=" + runtime);
        }
        return runtime;
    }

    /**
     * Unpacks a program into a folder, with {@code app.jar} and {@code lib}, and {@code app.aot} if it is to have a cache.
     *
     * @throws IllegalStateException if its executable jar is missing
     */
    Path program(String module, boolean cache) {
        Path jar = repository.resolve(module).resolve("target").resolve(module + "-exec.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing; ./merpati images builds it first");
        }
        Path program = folder.resolve(module);
        run(
                Map.of("JAVA_HOME", jdk.toString(), "MERPATI_RUNTIME", runtime().toString()),
                repository.resolve("deploy/run.sh").toString(),
                cache ? "--prepare" : "--unpack",
                jar.toString(),
                program.toString());
        return program;
    }

    private static void run(Map<String, String> environment, String... command) {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(Arrays.asList(command)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            int exitCode = builder.start().waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException(String.join(" ", command) + " ended with " + exitCode);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command[0], e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command[0] + " ran", e);
        }
    }

    private static void deleteRecursively(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty " + folder, e);
        }
    }
}
