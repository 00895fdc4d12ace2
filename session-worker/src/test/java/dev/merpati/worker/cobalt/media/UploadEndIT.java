package dev.merpati.worker.cobalt.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.MediaKind;
import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Uploads to a media server that answers with the head of a response and never with its body. */
class UploadEndIT {
    private static final CobaltSettings.Uploads QUICK = new CobaltSettings.Uploads(Duration.ofSeconds(1), 1_000_000);

    private static World world;

    @BeforeAll
    static void start() {
        world = new World();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aBodyThatStallsEndsWithTheUploadsTimeAndTheNextMessagesGo() {
        try (CobaltConnector connector =
                        new CobaltConnector(world.settings(World.TIMING, world.simulator.proxyPort(), QUICK));
                World.Session session = world.pair(connector, World.newNumber())) {
            String to = World.newNumber();
            long sent = world.control.stat("messages");
            world.control.fault("media-stall", session.number(), 1);
            OutgoingMessage.Media file = file(to);

            assertThat(session.connection().send(file, () -> true, World.TIMEOUT))
                    .isEqualTo(new SendResult.MediaRefused(0));

            assertThat(world.control.stat("messages")).isEqualTo(sent);
            assertThat(session.text(World.newMessageId(), to, "next")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(session.connection().send(file, () -> true, World.TIMEOUT))
                    .isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    static Stream<Arguments> ends() {
        return Stream.<Consumer<World.Session>>of(
                        session -> session.connection().abort(),
                        session -> session.connection().close(World.TIMEOUT),
                        session -> world.control.fault("drop-connection", session.number(), 1))
                .map(Arguments::of);
    }

    /** With the default times the upload would go on for half a minute. */
    @ParameterizedTest
    @MethodSource("ends")
    void theEndOfItsConnectionEndsAnUpload(Consumer<World.Session> end) throws Exception {
        try (World.Session session = world.pair();
                ExecutorService sender = Executors.newSingleThreadExecutor()) {
            long uploads = world.control.stat("mediaUploads");
            world.control.fault("media-stall", session.number(), 1);
            Future<SendResult> sending =
                    sender.submit(() -> session.connection().send(file(World.newNumber()), () -> true, World.TIMEOUT));
            await().atMost(World.TIMEOUT).until(() -> world.control.stat("mediaUploads") > uploads);

            end.accept(session);

            assertThat(sending.get(5, TimeUnit.SECONDS)).isInstanceOf(SendResult.NotSent.class);
        }
    }

    private static OutgoingMessage.Media file(String to) {
        return World.media(
                World.newMessageId(), to, MediaKind.DOCUMENT, "application/pdf", "a.pdf", new byte[100], null);
    }
}
