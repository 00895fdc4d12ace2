package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar by itself, started where nothing else of the product is. */
@Tag("heavy")
class ProcessIT {
    private static final Pattern PAGE = Pattern.compile("Page and control API +(http://127\\.0\\.0\\.1:[0-9]+)");
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path directory;

    @Test
    void startsTellsWhereItIsAnswersAndEndsWhenAsked() throws Exception {
        Process process = start("--proxy-port=0", "--control-port=0", "--dir=state");
        try {
            String page = CompletableFuture.supplyAsync(() -> pageOf(process)).get(60, TimeUnit.SECONDS);
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(page + "/sim")).build(), BodyHandlers.ofString());
                assertThat(answer.body()).contains("\"proxyPort\"", "\"noiseRoot\"");
            }
            assertThat(directory.resolve("state/ca.pem")).exists();
            assertThat(directory.resolve("state/noise-root")).exists();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void listsItsOptions() throws Exception {
        Process process = start("--help");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(help).contains("--media-host", "--without-rules", "--ca");
        assertThat(process.exitValue()).isZero();
    }

    private Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                Path.of("target", "whatsapp-simulator-exec.jar")
                        .toAbsolutePath()
                        .toString());
        builder.command().addAll(List.of(arguments));
        return builder.directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String pageOf(Process process) {
        try {
            BufferedReader lines = process.inputReader();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher page = PAGE.matcher(line);
                if (page.find()) {
                    return page.group(1);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        throw new AssertionError("The process ended without telling where its page is");
    }
}
