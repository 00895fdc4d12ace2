package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaFormatTest {
    /** Beginnings of files in Latin-1, as their formats' specifications have them. */
    @ParameterizedTest
    @CsvSource({
        "jpg, '\u00ff\u00d8\u00ff\u00e0\u0000\u0010JFIF'",
        "jpeg, '\u00ff\u00d8\u00ff\u00e1\u0000\u0010Exif'",
        "png, '\u0089PNG\r\n\u001a\n'",
        "gif, GIF89a",
        "webp, 'RIFF\u0001\u0001\u0001\u0001WEBPVP8 '",
        "mp4, '\u0000\u0000\u0000 ftypisom'",
        "mp4, '\u0000\u0000\u0000 ftypmp42'",
        "avi, 'RIFF\u0001\u0001\u0001\u0001AVI LIST'",
        "mov, '\u0000\u0000\u0000\u0014ftypqt  '",
        "mkv, '\u001aE\u00df\u00a3\u00a3B\u0086\u0081\u0001B\u00f7\u0081\u0001B\u00f2\u0081\u0004B\u00f3\u0081\u0008B\u0082\u0088matroska'",
        "webm, '\u001aE\u00df\u00a3\u009fB\u0086\u0081\u0001B\u00f7\u0081\u0001B\u00f2\u0081\u0004B\u00f3\u0081\u0008B\u0082\u0084webm'",
        "mp3, 'ID3\u0003\u0000'",
        "mp3, '\u00ff\u00fb\u0090\u0000'",
        "wav, 'RIFF\u0001\u0001\u0001\u0001WAVEfmt '",
        "ogg, 'OggS\u0000\u0002'",
        "m4a, '\u0000\u0000\u0000 ftypM4A '",
        "aac, '\u00ff\u00f1P\u0080'",
        "pdf, '%PDF-1.7'",
        "doc, '\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1'",
        "xls, '\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1'"
    })
    void knowsEveryFormatOfTheGuide(String extension, String head) {
        assertThat(fits(extension, head)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "jpg, '\u0089PNG\r\n\u001a\n'",
        "png, 'MZ\u0090\u0000'",
        "pdf, '<html><body>'",
        "mp3, 'RIFF\u0001\u0001\u0001\u0001WAVEfmt '",
        "mp4, '\u0000\u0000\u0000\u0014ftypqt  '",
        "mp4, '\u001aE\u00df\u00a3'",
        "mov, 'plain text'",
        "webm, '\u001aE\u00df\u00a3\u00a3B\u0086\u0081\u0001B\u00f7\u0081\u0001B\u00f2\u0081\u0004B\u00f3\u0081\u0008B\u0082\u0088matroska'",
        "doc, '%PDF-1.7'",
        "docx, '\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1'"
    })
    void noticesContentOfAnotherFormat(String extension, String head) {
        assertThat(fits(extension, head)).isFalse();
    }

    @Test
    void tellsWordFromExcelAndBothFromOtherArchives() throws Exception {
        byte[] word = zip("[Content_Types].xml", "_rels/.rels", "word/document.xml");
        byte[] excel = zip("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml");
        byte[] libreOffice = zip("_rels/.rels", "docProps/app.xml", "word/document.xml", "[Content_Types].xml");
        byte[] archive = zip("readme.txt", "picture.png");

        assertThat(fits("docx", word)).isTrue();
        assertThat(fits("xlsx", excel)).isTrue();
        assertThat(fits("docx", libreOffice)).isTrue();
        assertThat(fits("docx", excel)).isFalse();
        assertThat(fits("xlsx", word)).isFalse();
        assertThat(fits("docx", archive)).isFalse();
        assertThat(fits("xlsx", archive)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"A.JPG", "my.holiday.Jpeg", "x.pdf"})
    void readsTheExtensionWhateverItsCase(String name) {
        assertThat(MediaFormat.ofFileName(name)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pdf", "a.", "a.exe", "a.pdf.exe", "a.pdf "})
    void knowsNoOtherExtension(String name) {
        assertThat(MediaFormat.ofFileName(name)).isEmpty();
    }

    @Test
    void hasTheTwentyExtensionsOfTheGuide() {
        assertThat(MediaFormat.extensions()).hasSize(20).doesNotHaveDuplicates();
    }

    private static boolean fits(String extension, String head) {
        return fits(extension, (head + "\u0000".repeat(64)).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean fits(String extension, byte[] head) {
        return MediaFormat.ofFileName("file." + extension).orElseThrow().fits(new FileSignature(head));
    }

    private static byte[] zip(String... names) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write("content".getBytes(StandardCharsets.US_ASCII));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
