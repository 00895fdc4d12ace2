package dev.merpati.worker.cobalt.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.MediaKind;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.stream.AuthenticatedClient;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The simulated phone is strict: it shows a file only if its MAC and both of its checksums are right. */
class MediaIT {
    private static World world;

    @BeforeAll
    static void start() {
        world = new World();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "IMAGE, image, image/webp, a.webp, 40000",
        "VIDEO, video, video/mp4, a.mp4, 3000000",
        "DOCUMENT, document, application/pdf, Daftar harga.pdf, 65536",
        "DOCUMENT, document, text/plain, empty.txt, 0",
    })
    void aFileArrivesBitForBitWithItsCaption(MediaKind kind, String type, String mimeType, String fileName, int size) {
        try (World.Session session = world.pair()) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            String to = World.newNumber();
            String id = World.newMessageId();

            SendResult result = session.connection()
                    .send(
                            World.media(id, to, kind, mimeType, fileName, content, "Lihat ini"),
                            () -> true,
                            World.TIMEOUT);

            assertThat(result).isInstanceOf(SendResult.Acknowledged.class);
            JsonNode message = world.awaitMessage(to, id);
            assertThat(message.path("type").asString()).isEqualTo(type);
            assertThat(message.path("caption").asString()).isEqualTo("Lihat ini");
            assertThat(message.path("mimeType").asString()).isEqualTo(mimeType);
            assertThat(message.path("size").asLong()).isEqualTo(size);
            if (kind == MediaKind.DOCUMENT) {
                assertThat(message.path("fileName").asString()).isEqualTo(fileName);
            }
            assertThat(world.control.media(to, id)).isEqualTo(content);
        }
    }

    @Test
    void anImageThatCanBeReadArrivesToo() throws IOException {
        try (World.Session session = world.pair()) {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(640, 480, BufferedImage.TYPE_INT_ARGB), "png", png);
            String to = World.newNumber();
            String id = World.newMessageId();

            SendResult result = session.connection()
                    .send(
                            World.media(id, to, MediaKind.IMAGE, "image/png", "a.png", png.toByteArray(), null),
                            () -> true,
                            World.TIMEOUT);

            assertThat(result).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.awaitMessage(to, id).path("caption").asString("")).isEmpty();
            assertThat(world.control.media(to, id)).isEqualTo(png.toByteArray());
        }
    }

    @Test
    void theCaptionOfAnAudioFollowsAsAText() {
        try (World.Session session = world.pair()) {
            String to = World.newNumber();
            String id = World.newMessageId();
            OutgoingMessage.Media audio =
                    World.media(id, to, MediaKind.AUDIO, "audio/mpeg", "a.mp3", new byte[5000], "Dengarkan");

            assertThat(session.connection().send(audio, () -> true, World.TIMEOUT))
                    .isEqualTo(new SendResult.Acknowledged(to, AuthenticatedClient.textMessageId(id)));

            assertThat(world.awaitMessage(to, id).path("type").asString()).isEqualTo("audio");
            JsonNode text = world.awaitMessage(to, AuthenticatedClient.textMessageId(id));
            assertThat(text.path("text").asString()).isEqualTo("Dengarkan");
        }
    }

    /** Another try sends what is missing, and uploads nothing again. */
    @Test
    void whatWasUploadedIsNotUploadedAgain() {
        try (World.Session session = world.pair()) {
            String to = World.newNumber();
            String id = World.newMessageId();
            OutgoingMessage.Media audio =
                    World.media(id, to, MediaKind.AUDIO, "audio/mpeg", "a.mp3", new byte[5000], "Dengarkan");
            long uploads = world.control.stat("mediaUploads");
            world.control.fault("ack-drop", session.number(), 1);
            assertThat(session.connection().send(audio, () -> true, Duration.ofSeconds(2)))
                    .isInstanceOf(SendResult.Unconfirmed.class);

            assertThat(session.connection().send(audio, () -> true, World.TIMEOUT))
                    .isInstanceOf(SendResult.Acknowledged.class);

            assertThat(world.control.stat("mediaUploads") - uploads).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 500, 507})
    void aRefusedUploadSendsNothing(int status) {
        try (World.Session session = world.pair()) {
            world.control.fault("media-error", session.number(), 1, Map.of("status", status));
            long sent = world.control.stat("messages");
            String to = World.newNumber();
            OutgoingMessage.Media document = World.media(
                    World.newMessageId(), to, MediaKind.DOCUMENT, "application/pdf", "a.pdf", new byte[100], null);

            assertThat(session.connection().send(document, () -> true, World.TIMEOUT))
                    .isEqualTo(new SendResult.MediaRefused(status));

            assertThat(world.control.stat("messages")).isEqualTo(sent);
            assertThat(session.connection().send(document, () -> true, World.TIMEOUT))
                    .isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    @Test
    void aPassThatIsNotAcceptedAnyMoreIsRenewed() {
        try (World.Session session = world.pair()) {
            world.control.fault("media-error", session.number(), 1, Map.of("status", 401));
            OutgoingMessage.Media document = World.media(
                    World.newMessageId(),
                    World.newNumber(),
                    MediaKind.DOCUMENT,
                    "application/pdf",
                    "a.pdf",
                    new byte[100],
                    null);

            assertThat(session.connection().send(document, () -> true, World.TIMEOUT))
                    .isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    @Test
    void aPhoneCanAskForAFileAgain() {
        try (World.Session session = world.pair()) {
            String to = World.newNumber();
            session.text(World.newMessageId(), to, "first");
            world.control.fault("retry-receipt", session.number(), 1);
            String id = World.newMessageId();
            long uploads = world.control.stat("mediaUploads");
            OutgoingMessage.Media document =
                    World.media(id, to, MediaKind.DOCUMENT, "application/pdf", "a.pdf", new byte[100], "Halo");

            assertThat(session.connection().send(document, () -> true, World.TIMEOUT))
                    .isInstanceOf(SendResult.Acknowledged.class);

            await().atMost(World.TIMEOUT)
                    .until(() -> !world.control.messages(to).isEmpty());
            assertThat(world.awaitMessage(to, id).path("caption").asString()).isEqualTo("Halo");
            assertThat(world.control.stat("mediaUploads")).isEqualTo(uploads + 1);
        }
    }
}
