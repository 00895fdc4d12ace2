package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.error.ApiException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaFormatTest {
    /** Odd, so that names lie across two chunks. */
    private static final int CHUNK = 997;

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
        "mp4, '\u0000\u0000\u0000\u0014ftypqt  '",
        "mp4, '\u0000\u0000\u0000 ftypXXXX'",
        "mp4, '\u0000\u0000\u0000\u0008free'",
        "mp4, '\u0000\u0000\u0001\u0000moov'",
        "mp4, '\u0000\u0000\u0000\u0018stypmsdh'",
        "mov, '\u0000\u0000\u0000\u0008wide'",
        "m4a, '\u0000\u0000\u0000 ftypisom'",
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
        "mp4, '\u001aE\u00df\u00a3'",
        "mp4, '\u0000\u0000\u0000\u0018ftypheic'",
        "mp4, '\u0000\u0000\u0000\u0018ftypavif'",
        "mov, 'plain text'",
        "xls, '<html><table>'",
        "xls, '<?xml version=\"1.0\"?><Workbook>'",
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

    @Test
    void findsTheFolderOfAnOfficeFileBehindLargeParts() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : List.of("docProps/thumbnail.jpeg", "customXml/item1.xml", "[Content_Types].xml")) {
                zip.putNextEntry(new ZipEntry(name));
                byte[] noise = new byte[100_000];
                new Random(1).nextBytes(noise);
                zip.write(noise);
            }
            zip.putNextEntry(new ZipEntry("word/document.xml"));
        }

        assertThat(fits("docx", bytes.toByteArray())).isTrue();
        assertThat(fits("xlsx", bytes.toByteArray())).isFalse();
    }

    @Test
    void takesAnEncryptedOfficeFileUnderItsExtension() {
        byte[] plain = new byte[60_000];
        System.arraycopy(
                "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1".getBytes(StandardCharsets.ISO_8859_1),
                0,
                plain,
                0,
                8);
        byte[] encrypted = plain.clone();
        byte[] stream = "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);
        System.arraycopy(stream, 0, encrypted, 40_000, stream.length);

        assertThat(fits("xlsx", encrypted)).isTrue();
        assertThat(fits("docx", encrypted)).isTrue();
        assertThat(fits("xlsx", plain)).isFalse();
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
        UploadValidator validator =
                new UploadValidator(MediaFormat.ofFileName("file." + extension).orElseThrow());
        try {
            for (int at = 0; at < head.length; at += CHUNK) {
                validator.chunk(ByteBuffer.wrap(head, at, Math.min(CHUNK, head.length - at)));
            }
            validator.end();
            return true;
        } catch (ApiException refused) {
            assertThat(refused.error().code()).isEqualTo("content_mismatch");
            return false;
        }
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
