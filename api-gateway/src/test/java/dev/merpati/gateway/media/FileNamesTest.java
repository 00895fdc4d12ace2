package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
    @ParameterizedTest
    @CsvSource({
        "image.jpg, image.jpg",
        "../../etc/passwd.pdf, passwd.pdf",
        "'C:\\Users\\me\\résumé.docx', résumé.docx",
        "'a\u202egpj.exe', agpj.exe",
        "'م‌ی‌رود.pdf', م‌ی‌رود.pdf",
        "'क्‍ष.pdf', क्‍ष.pdf",
        "👩‍👧.pdf, 👩‍👧.pdf",
        "'🏴󠁧󠁢󠁿.pdf', '🏴󠁧󠁢󠁿.pdf'",
        "'a\u2066\u2069\u0085b.pdf', ab.pdf",
        "'line\nbreak\u0000.png', linebreak.png",
        "'what?<is>|this*.pdf', what__is__this_.pdf",
        "'  spaced.pdf ', spaced.pdf",
        ".pdf, file.pdf",
        "'', file",
        "/, file"
    })
    void makesANameHarmless(String given, String shown) {
        assertThat(FileNames.sanitise(given)).isEqualTo(shown);
    }

    @Test
    void shortensALongNameAndKeepsItsExtension() {
        assertThat(FileNames.sanitise("😀".repeat(500) + ".pdf")).isEqualTo("😀".repeat(116) + ".pdf");
    }
}
