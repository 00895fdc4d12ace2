package dev.merpati.standalone;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A file that begins as files of its type do. */
final class SampleFile {
    private static final int BYTES = 20_000;
    private static final String OLE = "D0CF11E0A1B11AE1";
    private static final String ISO_MEDIA = "0000001866747970";
    private static final String MATROSKA = "1A45DFA3";

    private final String name;
    private final String kind;
    private final byte[] content;

    private SampleFile(String name, String kind, byte[] content) {
        this.name = name;
        this.kind = kind;
        this.content = content;
    }

    String name() {
        return name;
    }

    /** How WhatsApp shows it. */
    String kind() {
        return kind;
    }

    byte[] content() {
        return content;
    }

    static Stream<SampleFile> everyTypeOfTheGuide() {
        return Stream.of(
                file("photo.jpg", "image", "FFD8FFE000104A46494600010100"),
                file("photo.jpeg", "image", "FFD8FFE000104A46494600010100"),
                file("picture.png", "image", "89504E470D0A1A0A0000000D49484452"),
                file("moving.gif", "image", hex("GIF89a")),
                file("picture.webp", "image", hex("RIFF") + "20000000" + hex("WEBPVP8 ")),
                file("film.mp4", "video", ISO_MEDIA + hex("isom")),
                file("film.avi", "video", hex("RIFF") + "20000000" + hex("AVI LIST")),
                file("film.mov", "video", ISO_MEDIA + hex("qt  ")),
                file("film.mkv", "video", MATROSKA + "A3428682" + "81014282" + "88" + hex("matroska")),
                file("film.webm", "video", MATROSKA + "9F428682" + "81014282" + "84" + hex("webm")),
                file("song.mp3", "audio", hex("ID3") + "0400000000"),
                file("song.wav", "audio", hex("RIFF") + "20000000" + hex("WAVEfmt ")),
                file("song.ogg", "audio", hex("OggS") + "0002"),
                file("song.m4a", "audio", ISO_MEDIA + hex("M4A ")),
                file("song.aac", "audio", "FFF15080"),
                file("paper.pdf", "document", hex("%PDF-1.7\n")),
                file("letter.doc", "document", OLE),
                officeOpenXml("letter.docx", "word/document.xml"),
                file("table.xls", "document", OLE),
                officeOpenXml("table.xlsx", "xl/workbook.xml"));
    }

    /** A PDF as far as anybody looks into it who does not show it. */
    static byte[] pdf(int size, Random random) {
        return begun("%PDF-1.7\n".getBytes(StandardCharsets.US_ASCII), size, random);
    }

    private static SampleFile file(String name, String kind, String beginning) {
        byte[] signature = HexFormat.of().parseHex(beginning);
        return new SampleFile(name, kind, begun(signature, BYTES, new Random(name.hashCode())));
    }

    /** ECMA-376: a ZIP file whose parts say which application it is for. */
    private static SampleFile officeOpenXml(String name, String mainPart) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String part : List.of("[Content_Types].xml", "_rels/.rels", mainPart)) {
                zip.putNextEntry(new ZipEntry(part));
                zip.write("<xml/>".getBytes(StandardCharsets.US_ASCII));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SampleFile(name, "document", bytes.toByteArray());
    }

    private static byte[] begun(byte[] signature, int size, Random random) {
        byte[] content = new byte[size];
        random.nextBytes(content);
        System.arraycopy(signature, 0, content, 0, signature.length);
        return content;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return name;
    }
}
