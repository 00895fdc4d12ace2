package dev.merpati.gateway.message;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.expect;
import static dev.merpati.gateway.harness.TestJson.parse;
import static dev.merpati.gateway.harness.TestJson.without;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.MediaKind;
import dev.merpati.model.command.MediaReference;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class SendMediaIT {
    private static final int LARGEST = 50 * 1024 * 1024;
    private static final String MISSING = """
            {'success':false,'error':'Bad Request','code':'missing_fields',
             'message':'Phone number and media file are required'}""";

    private final GatewayHarness gateway = SharedGateway.get();
    private final UUID session = gateway.connectedSession(gateway.acme);

    @BeforeEach
    @AfterEach
    void emptyTheStore() throws IOException {
        try (Stream<Path> files = Files.list(gateway.mediaDirectory())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void storesTheFileAndSendsItsClaimCheck() throws Exception {
        byte[] file = MediaFiles.jpeg();

        JsonNode answer = body(
                send(form().media("image.jpg", file)
                        .field("to", "+62 812 34567890")
                        .field("message", "Check this out!")),
                200);

        assertThat(without(answer, "messageId"))
                .isEqualTo(parse("{'success':true,'message':'Media sent successfully'}"));
        Command.SendMedia sent = onlySend();
        MediaReference media = sent.media();
        assertThat(sent)
                .isEqualTo(new Command.SendMedia(
                        "6281234567890",
                        new MediaReference(
                                media.mediaId(), MediaKind.IMAGE, sha256(file), file.length, "image/jpeg", "image.jpg"),
                        "Check this out!",
                        false));
        assertThat(gateway.mediaDirectory().resolve(media.mediaId())).hasBinaryContent(file);
    }

    @Test
    void takesTheFieldsInAnyOrderAndNeedsNoCaption() {
        body(
                send(form().media("a.png", MediaFiles.png())
                        .field("skipValidation", "true")
                        .field("to", "6281234567890")),
                200);

        assertThat(onlySend().caption()).isNull();
        assertThat(onlySend().skipValidation()).isTrue();
    }

    @Test
    void keepsTheNameThatTheRecipientSeesHarmless() {
        body(send(form().field("to", "6281234567890").media("../../étc/\u202epass<wd>.PDF", MediaFiles.pdf(100))), 200);

        assertThat(onlySend().media().fileName()).isEqualTo("pass_wd_.PDF");
        assertThat(onlySend().media().mimeType()).isEqualTo("application/pdf");
        assertThat(onlySend().media().kind()).isEqualTo(MediaKind.DOCUMENT);
    }

    @Test
    void wantsARecipientAndAFile() throws IOException {
        expect(send(form().field("to", "6281234567890")), 400, MISSING);
        expect(send(form().media("a.png", MediaFiles.png())), 400, MISSING);
        assertNothingIsStored();
    }

    @ParameterizedTest
    @CsvSource({
        "to,62812,to",
        "skipValidation,perhaps,skipValidation",
    })
    void namesTheFieldThatCannotBeUsed(String field, String value, String named) throws IOException {
        Form form = form().media("a.png", MediaFiles.png()).field(field, value);
        if (!field.equals("to")) {
            form.field("to", "6281234567890");
        }

        assertThat(body(send(form), 400).get("field").stringValue()).isEqualTo(named);
        assertNothingIsStored();
    }

    @Test
    void limitsTheCaptionAsTheText() throws IOException {
        Form form = form().media("a.png", MediaFiles.png())
                .field("to", "6281234567890")
                .field("message", "x".repeat(4097));

        assertThat(body(send(form), 400).get("found").stringValue()).isEqualTo("4097 characters");
        assertNothingIsStored();
    }

    @Test
    void takesOneFileOnly() throws IOException {
        expect(
                send(form().field("to", "6281234567890")
                        .media("a.png", MediaFiles.png())
                        .media("b.png", MediaFiles.png())),
                400,
                """
                {'success':false,'error':'Bad Request','code':'too_many_files','message':'One message takes one media file'}""");
        assertNothingIsStored();
    }

    @Test
    void wantsTheFileInItsFieldAndAsAFile() throws IOException {
        assertThat(body(send(form().field("to", "6281234567890").field("media", "text")), 400)
                        .get("code")
                        .stringValue())
                .isEqualTo("media_not_a_file");
        assertThat(body(send(form().field("to", "6281234567890").file("picture", "a.png", MediaFiles.png())), 400)
                        .get("code")
                        .stringValue())
                .isEqualTo("unexpected_file");
        assertNothingIsStored();
    }

    @ParameterizedTest
    @ValueSource(strings = {"virus.exe", "noextension", "archive.zip", "picture.png.svg"})
    void refusesOtherTypes(String name) throws IOException {
        expect(send(form().field("to", "6281234567890").media(name, MediaFiles.png())), 415, """
                {'success':false,'error':'Unsupported Media Type','code':'unsupported_file_type',
                 'message':'Files of this type cannot be sent: the file\\u0027s name must end in one of the allowed extensions',
                 'allowed':['.jpg','.jpeg','.png','.gif','.webp','.mp4','.avi','.mov','.mkv','.webm','.mp3','.wav','.ogg',
                  '.m4a','.aac','.pdf','.doc','.docx','.xls','.xlsx']}""");
        assertNothingIsStored();
    }

    @Test
    void refusesContentThatIsNotWhatItsNameSays() throws IOException {
        expect(send(form().field("to", "6281234567890").media("a.jpg", MediaFiles.png())), 415, """
                {'success':false,'error':'Unsupported Media Type','code':'content_mismatch','found':'image/png',
                 'message':'The file\\u0027s name ends in .jpg, but its content is image/png: give it the extension .png'}""");
        assertNothingIsStored();
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        expect(send(form().field("to", "6281234567890").media("a.jpg", new byte[0])), 400, """
                {'success':false,'error':'Bad Request','code':'empty_file','message':'The media file is empty'}""");
        assertNothingIsStored();
    }

    @Test
    void takesFiftyMegabytesAndNotOneByteMore() throws IOException {
        body(send(form().field("to", "6281234567890").media("a.pdf", MediaFiles.pdf(LARGEST))), 200);
        assertThat(onlySend().media().size()).isEqualTo(LARGEST);
        emptyTheStore();

        expect(send(form().field("to", "6281234567890").media("a.pdf", MediaFiles.pdf(LARGEST + 1))), 413, """
                {'success':false,'error':'Content Too Large','code':'file_too_large','limit':52428800,
                 'message':'The media file is larger than 50 MB (52428800 bytes)'}""");
        assertNothingIsStored();
    }

    @Test
    void refusesALongFormByItsLengthBeforeItIsRead() throws IOException {
        assertThat(body(send(form().field("to", "6281234567890").media("a.pdf", MediaFiles.pdf(2 * LARGEST))), 413)
                        .get("code")
                        .stringValue())
                .isEqualTo("file_too_large");
        assertNothingIsStored();
    }

    @Test
    void refusesAFormThatBreaksOff() throws IOException {
        String broken = """
                --xyz\r
                Content-Disposition: form-data; name="media"; filename="a.pdf"\r
                \r
                %PDF-1.7 and then nothing""";

        expect(
                gateway.as(gateway.acme)
                        .post()
                        .uri("/api/sessions/" + session + "/send-media")
                        .header("Content-Type", "multipart/form-data; boundary=xyz")
                        .bodyValue(broken),
                400,
                """
                {'success':false,'error':'Bad Request','code':'malformed_request',
                 'message':'The request cannot be read: the body must be a complete multipart/form-data form, but it ends before its closing boundary'}""");
        assertNothingIsStored();
    }

    @Test
    void wantsAMultipartForm() {
        JsonNode error = body(
                gateway.as(gateway.acme)
                        .post()
                        .uri("/api/sessions/" + session + "/send-media")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{}"),
                415);

        assertThat(error.get("message").stringValue())
                .isEqualTo("Content-Type is application/json, expected is multipart/form-data");
    }

    @Test
    void leavesNothingInTheStoreWhenTheSessionIsNotConnected() throws IOException {
        UUID unpaired = gateway.newSession(gateway.acme);

        body(sendTo(unpaired, form().field("to", "6281234567890").media("a.png", MediaFiles.png()), null), 409);
        assertNothingIsStored();
    }

    @Test
    void answers503WhenTheStoreDoesNotTakeTheFile() throws IOException {
        Path moved = gateway.mediaDirectory().resolveSibling("media-elsewhere");
        Files.move(gateway.mediaDirectory(), moved);
        try {
            expect(send(form().field("to", "6281234567890").media("a.png", MediaFiles.png())), 503, """
                    {'success':false,'error':'Service Unavailable','code':'service_unavailable',
                     'message':'The file could not be stored; nothing was sent. Try again'}""");
        } finally {
            Files.move(moved, gateway.mediaDirectory());
        }
    }

    @Test
    void sendsTheSameFormUnderTheSameKeyOnce() throws IOException {
        String key = UUID.randomUUID().toString();
        gateway.worker().on(envelope -> {
            if (envelope.command() instanceof Command.SendMedia send) {
                delete(send.media().mediaId());
            }
            return Optional.of(new Outcome.MessageSent(null, null));
        });

        JsonNode first = body(sendTo(session, png("one"), key), 200);
        JsonNode second = body(sendTo(session, png("one"), key), 200);
        JsonNode other = body(sendTo(session, png("two"), key), 422);

        assertThat(second).isEqualTo(first);
        assertThat(other.get("code").stringValue()).isEqualTo("idempotency_key_reused");
        assertThat(gateway.worker().received(Command.Send.class)).hasSize(1);
        assertNothingIsStored();
    }

    @Test
    void sendsTheFileOfAGatewayThatDiedBetweenTheRecordAndKafka() throws IOException {
        String key = UUID.randomUUID().toString();
        gateway.worker().on(envelope -> Optional.empty());
        body(sendBy(SharedGateway.impatient(gateway.acme), session, png("one"), key), 202);
        Command.SendMedia first = onlySend();
        String record = gateway.worker()
                .keys()
                .command(
                        gateway.worker().received(Command.Send.class).getFirst().commandId());
        gateway.worker().redis().hset(record, CommandRecord.STATE, CommandState.QUEUED.name());

        body(sendBy(SharedGateway.impatient(gateway.acme), session, png("one"), key), 202);

        Awaitility.await()
                .until(() -> gateway.worker().received(Command.Send.class).size() == 2);
        Command.SendMedia second = (Command.SendMedia)
                gateway.worker().received(Command.Send.class).getLast().command();
        assertThat(second).isEqualTo(first);
        assertThat(gateway.mediaDirectory().resolve(second.media().mediaId())).exists();
    }

    @Test
    void keepsTheFileOfEveryCopyThatMayBeInKafka() throws IOException {
        String key = UUID.randomUUID().toString();
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.WITHDRAWN, "")));
        body(sendTo(session, png("one"), key), 503);
        gateway.worker().on(envelope -> Optional.empty());
        body(sendBy(SharedGateway.impatient(gateway.acme), session, png("one"), key), 202);

        assertThat(gateway.worker().received(Command.Send.class))
                .hasSize(2)
                .allSatisfy(copy -> assertThat(gateway.mediaDirectory()
                                .resolve(((Command.SendMedia) copy.command())
                                        .media()
                                        .mediaId()))
                        .exists());
    }

    private Form png(String caption) {
        return form().field("to", "6281234567890").field("message", caption).media("a.png", MediaFiles.png());
    }

    private void delete(String mediaId) {
        try {
            Files.delete(gateway.mediaDirectory().resolve(mediaId));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertNothingIsStored() {
        Awaitility.await().untilAsserted(() -> {
            try (Stream<Path> files = Files.list(gateway.mediaDirectory())) {
                assertThat(files).isEmpty();
            }
        });
    }

    private Command.SendMedia onlySend() {
        assertThat(gateway.worker().received(Command.Send.class)).hasSize(1);
        return (Command.SendMedia)
                gateway.worker().received(Command.Send.class).getFirst().command();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private WebTestClient.RequestHeadersSpec<?> send(Form form) {
        return sendTo(session, form, null);
    }

    private WebTestClient.RequestHeadersSpec<?> sendTo(UUID target, Form form, @Nullable String key) {
        return sendBy(gateway.as(gateway.acme), target, form, key);
    }

    private static WebTestClient.RequestHeadersSpec<?> sendBy(
            WebTestClient client, UUID target, Form form, @Nullable String key) {
        WebTestClient.RequestBodySpec request = client.post().uri("/api/sessions/" + target + "/send-media");
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return request.contentType(MediaType.MULTIPART_FORM_DATA).bodyValue(form.parts.build());
    }

    private static Form form() {
        return new Form();
    }

    /** A form whose parts come in the order in which they are added. */
    private static final class Form {
        private final MultipartBodyBuilder parts = new MultipartBodyBuilder();

        Form field(String name, String value) {
            parts.part(name, value, MediaType.TEXT_PLAIN);
            return this;
        }

        Form media(String fileName, byte[] content) {
            return file("media", fileName, content);
        }

        Form file(String field, String fileName, byte[] content) {
            parts.part(field, new ByteArrayResource(content)).filename(fileName);
            return this;
        }
    }
}
