package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs the curl lines of the documentation in a shell, as whoever copies them does. */
final class Curl {
    private static final int PATIENCE_SECONDS = 30;

    private Curl() {}

    /** An answer. */
    record Answer(int status, String contentType, String body) {}

    static boolean isInstalled() {
        try {
            return new ProcessBuilder("bash", "-c", "curl --version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @param directory where the files are that the line names */
    static Answer run(String line, Path directory) {
        try {
            Process process = new ProcessBuilder("bash", "-c", line + " -sS -w '\\n%{http_code} %{content_type}'")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("%s\n%s", line, output).isZero();
            int end = output.lastIndexOf('\n');
            String[] last = output.substring(end + 1).split(" ", 2);
            return new Answer(Integer.parseInt(last[0]), last[1], output.substring(0, end));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
