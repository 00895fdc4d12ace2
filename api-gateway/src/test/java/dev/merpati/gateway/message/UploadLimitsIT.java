package dev.merpati.gateway.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway that reads one upload at a time, and what becomes of those that wait, stall or go away. */
@Tag("heavy")
class UploadLimitsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TO = "6281234567890";
    private static final long ENDLESS = 40L * 1024 * 1024;
    private static final GatewayHarness HARNESS = SharedGateway.get();

    @TempDir
    private static Path media = Path.of("");

    private static ConfigurableApplicationContext gateway = HARNESS.context();

    private final UUID session = HARNESS.connectedSession(HARNESS.acme);

    @BeforeAll
    static void startGateway() {
        gateway = HARNESS.startAnother(
                "--merpati.gateway.uploads.max-parallel=1",
                "--merpati.gateway.uploads.max-wait=500ms",
                "--merpati.gateway.uploads.stall-timeout=2s",
                "--merpati.gateway.uploads.timeout=4s",
                "--merpati.media.directory=" + media);
    }

    @AfterAll
    static void stopGateway() {
        gateway.close();
    }

    @Test
    void refusesWhatWaitsTooLongAndGivesUpWhoStalls() throws Exception {
        try (RawUpload stalled = begun()) {
            String mine = answerTo(HARNESS.acme, session, RawUpload.form(TO, 100));
            String others = answerTo(HARNESS.other, HARNESS.connectedSession(HARNESS.other), RawUpload.form(TO, 100));
            String tooSlow = stalled.head();

            assertThat(mine).startsWith("HTTP/1.1 429").containsIgnoringCase("retry-after: 5");
            assertThat(others).startsWith("HTTP/1.1 503").containsIgnoringCase("retry-after: 2");
            assertThat(tooSlow).startsWith("HTTP/1.1 408");
            assertThat(stalled.body(tooSlow).get("code").stringValue()).isEqualTo("upload_too_slow");
        }
        assertNothingIsLeft();
        assertThat(answerTo(HARNESS.acme, session, RawUpload.form(TO, 100))).startsWith("HTTP/1.1 200");
    }

    @Test
    void givesUpWhoTrickles() throws Exception {
        try (RawUpload trickling = begun()) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                trickling.send("a little more");
                return filesLeft() == 0;
            });

            assertThat(trickling.head()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void takesAnotherTenantsUploadWhileOneTenantDrips() throws Exception {
        UUID theirs = HARNESS.connectedSession(HARNESS.other);
        ConfigurableApplicationContext two = HARNESS.startAnother(
                "--merpati.gateway.uploads.max-parallel=2",
                "--merpati.gateway.uploads.max-waiting=4",
                "--merpati.gateway.uploads.max-wait=10s",
                "--merpati.media.directory=" + media);
        int port = two.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        List<RawUpload> dripping = new ArrayList<>();
        try (two) {
            for (int i = 0; i < 10; i++) {
                dripping.add(new RawUpload(port)
                        .begin(HARNESS.acme, session, ENDLESS)
                        .send(RawUpload.field("to", TO) + RawUpload.file()));
            }
            byte[] form = RawUpload.form(TO, 100);
            try (RawUpload modest = new RawUpload(port)) {
                assertThat(modest.begin(HARNESS.other, theirs, form.length)
                                .send(form)
                                .head())
                        .startsWith("HTTP/1.1 200");
            }
        } finally {
            for (RawUpload upload : dripping) {
                upload.close();
            }
        }
    }

    @Test
    void forgetsWhoVanishes() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (RawUpload vanishing = begun()) {
                vanishing.send(new byte[3_000_000]);
            }
            assertNothingIsLeft();
        }
        assertThat(answerTo(HARNESS.acme, session, RawUpload.form(TO, 100))).startsWith("HTTP/1.1 200");
    }

    /** An upload that has the only slot and has begun to store its file. */
    private RawUpload begun() throws IOException {
        RawUpload upload = new RawUpload(port()).begin(HARNESS.acme, session, ENDLESS);
        upload.send(RawUpload.field("to", TO) + RawUpload.file()).send(new byte[100_000]);
        await().atMost(PATIENCE).until(() -> filesLeft() == 1);
        return upload;
    }

    private static String answerTo(GatewayHarness.Tenant tenant, UUID session, byte[] form) throws IOException {
        try (RawUpload upload = new RawUpload(port())) {
            return upload.begin(tenant, session, form.length).send(form).head();
        }
    }

    private static void assertNothingIsLeft() {
        await().atMost(PATIENCE).until(() -> filesLeft() == 0);
    }

    /** Unfinished files; a finished one waits for its worker, which in this test never takes it. */
    private static long filesLeft() throws IOException {
        try (Stream<Path> files = Files.list(media)) {
            return files.filter(file -> file.toString().endsWith(".part")).count();
        }
    }

    private static int port() {
        return gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
