package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Keeps {@code docs/api.md} what the description says. */
class ApiDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/api.md");
    private static final Path WRITTEN = Path.of("target/api.md");

    @Test
    void saysWhatTheDescriptionSays() throws IOException {
        String expected = MarkdownGuide.of(new ApiDescription(JsonMapper.shared()));
        Files.writeString(WRITTEN, expected);

        assertThat(Files.readString(DOCUMENT).equals(expected))
                .as("docs/api.md is what the description says; if not: cp api-gateway/target/api.md docs/api.md")
                .isTrue();
    }
}
