package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.media.ReceivedFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceivedContentTest {

    @ParameterizedTest
    @CsvSource({
        "image/jpeg, image/jpeg, inline",
        "IMAGE/PNG, image/png, inline",
        "audio/ogg; codecs=opus, audio/ogg; codecs=opus, inline",
        "application/pdf, application/pdf, attachment",
        "text/html, application/octet-stream, attachment",
        "image/svg+xml, application/octet-stream, attachment",
        "application/xhtml+xml, application/octet-stream, attachment",
        "text/javascript, application/octet-stream, attachment",
        "text/css, application/octet-stream, attachment",
        "TEXT/HTML; charset=utf-8, application/octet-stream, attachment",
        "application/zip, application/zip, attachment",
        "image/*, application/octet-stream, attachment",
        "nonsense, application/octet-stream, attachment",
        "'', application/octet-stream, attachment",
        ", application/octet-stream, attachment",
    })
    void showsOnlyWhatABrowserCannotRun(@Nullable String said, String type, String disposition) {
        ReceivedFile file = file(said, "a");

        assertThat(ReceivedContent.type(file)).hasToString(type.replace("; codecs", ";codecs"));
        assertThat(ReceivedContent.disposition(file, "m").getType()).isEqualTo(disposition);
    }

    @Test
    void namesTheFileAsItsSenderDidIfThatDoesNoHarm() {
        assertThat(ReceivedContent.disposition(file("application/pdf", "Daftar harga \u2013 2026.pdf"), "m")
                        .toString())
                .startsWith("attachment; filename=\"")
                .endsWith("filename*=UTF-8''Daftar%20harga%20%E2%80%93%202026.pdf");
        assertThat(ReceivedContent.disposition(file("text/plain", "../../etc/\r\npasswd\".txt"), "m")
                        .getFilename())
                .isEqualTo("passwd_.txt");
    }

    @Test
    void namesAFileThatHasNoName() {
        assertThat(ReceivedContent.disposition(file("image/jpeg", null), "m").getFilename())
                .isEqualTo("m.jpg");
        assertThat(ReceivedContent.disposition(file("application/x-strange", " "), "m")
                        .getFilename())
                .isEqualTo("m");
    }

    private static ReceivedFile file(@Nullable String mimeType, @Nullable String fileName) {
        return new ReceivedFile(mimeType, fileName, 1, "", 0);
    }
}
