package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.MediaUnavailableException;
import dev.merpati.worker.whatsapp.MediaUnavailableException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that phones send, fetched from the simulated media server, which fails in every way that it can. */
@Timeout(60)
class ReceivedMediaIT {
    private static final long NO_LIMIT = 1_000_000_000;

    private static World world;
    private static CobaltConnector impatient;
    private static World.Session session;
    private static String phone;
    private static byte[] file;
    private static IncomingContent.Media received;

    @BeforeAll
    static void start() {
        world = new World();
        impatient = new CobaltConnector(world.settings(
                World.TIMING,
                world.simulator.proxyPort(),
                new CobaltSettings.Uploads(Duration.ofSeconds(1), 1_000_000)));
        session = world.pair();
        phone = World.newNumber();
        world.control.addPhone(phone);
        file = random(300_000);
        received = receive("document", file, Map.of("mimeType", "application/pdf", "fileName", "a.pdf"));
    }

    @AfterAll
    static void stop() {
        impatient.close();
        session.close();
        world.close();
    }

    @AfterEach
    void endFaults() {
        world.control.endFaults();
    }

    @ParameterizedTest
    @CsvSource({
        "image, image/jpeg",
        "video, video/mp4",
        "ptv, video/mp4",
        "audio, audio/mpeg",
        "voice, audio/ogg",
        "document, text/plain",
        "sticker, image/webp",
    })
    void everyKindOfFileIsDecrypted(String type, String mimeType) throws Exception {
        byte[] content = random(70_000);

        assertThat(fetch(world.connector, receive(type, content, Map.of("mimeType", mimeType))))
                .isEqualTo(content);
    }

    /** A worker that has just taken a session over has no connection of it yet, and has heard of no hosts. */
    @Test
    void aFileNeedsNoConnectionOfItsSession() throws Exception {
        assertThat(fetch(impatient, received)).isEqualTo(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"media-cut", "media-corrupt", "media-stall"})
    void whatBreaksOffIsFetchedAnew(String fault) throws Exception {
        world.control.fault(fault, 1, Map.of());
        List<byte[]> whole = new ArrayList<>();
        List<IOException> broken = new ArrayList<>();

        impatient.download(received, NO_LIMIT, content -> {
            try {
                whole.add(content.readAllBytes());
            } catch (IOException e) {
                broken.add(e);
                throw e;
            }
        });

        assertThat(broken).hasSize(1);
        assertThat(whole).containsExactly(file);
    }

    @Test
    void anErrorOfTheServerPasses() throws Exception {
        world.control.fault("media-error", 1, Map.of("status", 503));

        assertThat(fetch(world.connector, received)).isEqualTo(file);
    }

    @ParameterizedTest
    @CsvSource({
        "media-cut, UNREACHABLE",
        "media-stall, UNREACHABLE",
        "media-corrupt, CORRUPT",
    })
    void whatGoesOnFailing(String fault, Reason reason) {
        world.control.fault(fault, 5, Map.of());

        assertUnavailable(impatient, received, NO_LIMIT, reason);
    }

    @ParameterizedTest
    @CsvSource({"500, UNREACHABLE", "403, GONE", "404, GONE", "410, GONE"})
    void theStatusSaysWhetherAnotherTryHelps(int status, Reason reason) {
        world.control.fault("media-error", 5, Map.of("status", status));

        assertUnavailable(world.connector, received, NO_LIMIT, reason);
    }

    @Test
    void aFileThatIsGoneIsAskedForOnce() {
        world.control.fault("media-error", 1, Map.of("status", 404));

        assertUnavailable(world.connector, received, NO_LIMIT, Reason.GONE);
    }

    @Test
    void aFileMayBeNoLargerThanWanted() throws Exception {
        assertUnavailable(world.connector, received, file.length - 1, Reason.TOO_LARGE);
        assertUnavailable(world.connector, with(received, received.directPath(), null, 10), 1_000, Reason.TOO_LARGE);
        assertThat(fetch(world.connector, received, file.length)).isEqualTo(file);
    }

    @Test
    void anAddressIsAsGoodAsAPath() throws Exception {
        String path = String.valueOf(received.directPath());
        assertThat(fetch(
                        world.connector,
                        with(received, null, "https://media-sin6-1.cdn.whatsapp.net" + path, file.length)))
                .isEqualTo(file);
    }

    /** A sender must not be able to make us ask somebody else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/v/a?b=c",
                "https://example.com/.whatsapp.net",
                "https://whatsapp.net.example.com/a",
                "http://mmg.whatsapp.net/a",
                "file:///etc/passwd",
                "mmg.whatsapp.net",
                "https://a b",
                "",
            })
    void anAddressElsewhereIsNotFollowed(String url) {
        assertUnavailable(world.connector, with(received, null, url, 1), NO_LIMIT, Reason.CORRUPT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"@127.0.0.1/v/a", ":99999/a", ".example.com/a", "/a b", "a"})
    void aPathIsNothingElse(String path) {
        assertUnavailable(world.connector, with(received, path, null, 1), NO_LIMIT, Reason.CORRUPT);
    }

    @Test
    void aKeyOfAnotherLengthOpensNothing() {
        IncomingContent.Media media = new IncomingContent.Media(
                received.type(),
                null,
                received.directPath(),
                null,
                new byte[31],
                received.sha256(),
                received.encryptedSha256(),
                1,
                null,
                null,
                0,
                false);
        assertUnavailable(world.connector, media, NO_LIMIT, Reason.CORRUPT);
    }

    private static void assertUnavailable(
            CobaltConnector connector, IncomingContent.Media media, long maxBytes, Reason reason) {
        assertThatThrownBy(() -> fetch(connector, media, maxBytes))
                .isInstanceOfSatisfying(
                        MediaUnavailableException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    private static byte[] fetch(CobaltConnector connector, IncomingContent.Media media) throws Exception {
        return fetch(connector, media, NO_LIMIT);
    }

    private static byte[] fetch(CobaltConnector connector, IncomingContent.Media media, long maxBytes)
            throws MediaUnavailableException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        connector.download(media, maxBytes, stream -> {
            content.reset();
            stream.transferTo(content);
        });
        return content.toByteArray();
    }

    private static IncomingContent.Media receive(String type, byte[] content, Map<String, ?> more) {
        Map<String, Object> message = new HashMap<>(more);
        message.putAll(Map.of(
                "to",
                session.number(),
                "type",
                type,
                "media",
                Base64.getEncoder().encodeToString(content)));
        String id = world.control.send(phone, message);
        return (IncomingContent.Media) session.listener().awaitMessage(id).content();
    }

    private static IncomingContent.Media with(
            IncomingContent.Media media, @Nullable String directPath, @Nullable String url, long length) {
        return new IncomingContent.Media(
                media.type(),
                media.mimeType(),
                directPath,
                url,
                media.key(),
                media.sha256(),
                media.encryptedSha256(),
                length,
                null,
                media.fileName(),
                0,
                false);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
