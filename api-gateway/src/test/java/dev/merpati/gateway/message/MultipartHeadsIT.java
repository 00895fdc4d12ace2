package dev.merpati.gateway.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.CapturedLog;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.RawHttp;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The heads of forms and parts as libraries and strangers write them. */
class MultipartHeadsIT {
    private static final String TO = "Content-Disposition: form-data; name=\"to\"\r\n\r\n6281234567890\r\n";
    private static final String FILE = "Content-Disposition: form-data; name=\"media\"; filename=\"a.pdf\"\r\n";
    private static final String CAPTION = "Content-Disposition: form-data; name=\"message\"\r\n";
    private static final String PDF = "\r\n%PDF-1.7\r\n";

    private final GatewayHarness gateway = SharedGateway.get();
    private final UUID session = gateway.connectedSession(gateway.acme);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/pdf; charset=binary",
                "binary",
                "null",
                "a/b, a/b",
                "",
                "/",
                "text/plain; charset=klingon",
                "multipart/mixed",
                "application/pdf; charset=\""
            })
    void ignoresWhatAPartSaysOfItsType(String type) throws IOException {
        String form = form(TO, FILE + "Content-Type: " + type + "\r\n" + PDF);

        assertThat(send(form).status()).isEqualTo(200);
        assertThat(onlySend().media().mimeType()).isEqualTo("application/pdf");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Content-Disposition: attachment; name=media; filename=a.pdf | malformed_request
            Content-Disposition: form-data; filename=a.pdf              | malformed_request
            X: y                                                        | malformed_request
            Content-Disposition: form-data; name=media                  | media_not_a_file
            Content-Disposition: form-data; name=media; filename=""     | media_not_a_file
            Content-Disposition: form-data; name=other; filename=a.pdf  | unexpected_file
            """)
    void refusesAPartThatIsNoFieldOfTheForm(String head, String code) throws IOException {
        assertThat(send(form(TO, head + "\r\n" + PDF)).isError(400).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ed\u00a0\u00bd", "half \u00f0\u009f\u0098", "\u00ff"})
    void refusesACaptionThatIsNotText(String caption) throws IOException {
        String field = CAPTION + "\r\n" + caption + "\r\n";

        RawHttp.Answer answer = send(form(TO, field, FILE + PDF)).isError(400);

        assertThat(answer.code()).isEqualTo("invalid_field");
        assertThat(answer.body().get("field").stringValue()).isEqualTo("message");
    }

    @Test
    void readsACaptionInTheCharsetOfItsPart() throws IOException {
        String field = CAPTION + "Content-Type: text/plain; charset=ISO-8859-1\r\n\r\ncaf\u00e9\r\n";

        assertThat(send(form(TO, field, FILE + PDF)).status()).isEqualTo(200);
        assertThat(onlySend().caption()).isEqualTo("café");
    }

    @Test
    void boundsTheParts() throws IOException {
        String part = "Content-Disposition: form-data; name=\"x\"\r\n\r\n\r\n--xyz\r\n";

        assertThat(send("--xyz\r\n" + part.repeat(5_000)).isError(400).code()).isEqualTo("too_many_parts");
        send("--xyz\r\n\r\n".repeat(100_000)).isError(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            multipart/form-data                                         | 400 | boundary
            multipart/form-data; boundary=                              | 415 | cannot be parsed
            multipart/form-data; boundary=""                            | 400 | boundary
            multipart                                                   | 415 | cannot be parsed
            multipart/form-data; boundary="xyz                          | 415 | cannot be parsed
            """)
    void namesWhatIsWrongWithTheContentType(String type, int status, String named) throws IOException {
        assertThat(sendAs(type, form(TO, FILE + PDF)).isError(status).message()).contains(named);
    }

    @Test
    void takesAQuotedBoundary() throws IOException {
        assertThat(sendAs("multipart/form-data; boundary=\"xyz\"", form(TO, FILE + PDF))
                        .status())
                .isEqualTo(200);
    }

    private RawHttp.Answer send(String form) throws IOException {
        return sendAs("multipart/form-data; boundary=xyz", form);
    }

    private RawHttp.Answer sendAs(String type, String form) throws IOException {
        try (CapturedLog log = CapturedLog.start();
                RawHttp client = new RawHttp(gateway.port())) {
            RawHttp.Answer answer = client.send("POST /api/sessions/" + session
                            + "/send-media HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                            + gateway.acme.key().key() + "\r\nContent-Type: " + type + "\r\nContent-Length: "
                            + form.length() + "\r\n\r\n" + form)
                    .answer();
            assertThat(log.warnings()).isEmpty();
            return answer;
        }
    }

    private static String form(String... parts) {
        return "--xyz\r\n" + String.join("--xyz\r\n", parts) + "--xyz--\r\n";
    }

    private Command.SendMedia onlySend() {
        assertThat(gateway.worker().received(Command.Send.class)).hasSize(1);
        return (Command.SendMedia)
                gateway.worker().received(Command.Send.class).getFirst().command();
    }
}
