package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.MediaUnavailableException;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.ReuploadResult;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that the simulated media server has forgotten, asked of the account's own simulated phone. */
@Timeout(60)
class ReuploadIT {
    private static World world;
    private static World.Session session;
    private static String phone;

    @BeforeAll
    static void start() {
        world = new World();
        session = world.pair();
        phone = World.newNumber();
        world.control.addPhone(phone);
    }

    @AfterAll
    static void stop() {
        session.close();
        world.close();
    }

    @AfterEach
    void endFaults() {
        world.control.endFaults();
    }

    @Test
    void aFileThatWasForgottenIsUploadedAgain() throws Exception {
        byte[] content = random(120_000);
        ReceivedReference reference = receive(content);
        world.control.forgetMedia();
        assertForgotten(reference);

        ReuploadResult result = answer(session.connection().requestReupload(reference));

        assertThat(result).isInstanceOf(ReuploadResult.Uploaded.class);
        assertThat(fetch(reference.at(((ReuploadResult.Uploaded) result).directPath())))
                .isEqualTo(content);
        assertForgotten(reference);
    }

    @Test
    void aPhoneThatIsAwayUploadsWhenItIsBack() throws Exception {
        ReceivedReference reference = receive(random(10_000));
        world.control.forgetMedia();
        world.control.change(session.number(), "offline", true);
        CompletableFuture<ReuploadResult> waiting = session.connection().requestReupload(reference);

        world.control.change(session.number(), "offline", false);

        assertThat(answer(waiting)).isInstanceOf(ReuploadResult.Uploaded.class);
    }

    @Test
    void aPhoneThatHasLostTheFileOrTheMessageSaysSo() throws Exception {
        ReceivedReference reference = receive(random(10_000));
        world.control.fault("refuse-reupload", 1, Map.of());
        assertThat(answer(session.connection().requestReupload(reference))).isInstanceOf(ReuploadResult.Refused.class);

        ReceivedReference unknown = new ReceivedReference("3EB0AAAAAAAAAAAA", reference.origin(), reference.media());
        assertThat(answer(session.connection().requestReupload(unknown))).isInstanceOf(ReuploadResult.Refused.class);
    }

    private static ReuploadResult answer(CompletableFuture<ReuploadResult> result) throws Exception {
        return result.get(20, TimeUnit.SECONDS);
    }

    private static void assertForgotten(ReceivedReference reference) {
        assertThatThrownBy(() -> fetch(reference))
                .isInstanceOfSatisfying(
                        MediaUnavailableException.class,
                        e -> assertThat(e.reason()).isEqualTo(MediaUnavailableException.Reason.GONE));
    }

    private static byte[] fetch(ReceivedReference reference) throws MediaUnavailableException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        world.connector.download(reference.media(), 1_000_000, stream -> {
            content.reset();
            stream.transferTo(content);
        });
        return content.toByteArray();
    }

    private static ReceivedReference receive(byte[] content) {
        String id = world.control.send(
                phone,
                Map.of(
                        "to",
                        session.number(),
                        "type",
                        "document",
                        "mimeType",
                        "application/pdf",
                        "media",
                        Base64.getEncoder().encodeToString(content)));
        IncomingMessage message = session.listener().awaitMessage(id);
        return new ReceivedReference(message.id(), message.origin(), (IncomingContent.Media) message.content());
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
