package dev.merpati.gateway.media;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MimeTypes;

/** The first bytes of a file, enough to tell what it is. */
final class FileSignature {
    static final int SIZE = 16 * 1024;

    private static final String ZIP_ENTRY = "PK\u0003\u0004";
    private static final int ZIP_NAME_LENGTH_AT = 26;
    private static final int ZIP_NAME_AT = 30;

    private final byte[] bytes;
    private final String text;

    FileSignature(byte[] bytes) {
        this.bytes = bytes;
        this.text = new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** What Tika takes the file for, going by its content alone. */
    String detectedType() {
        try {
            return MimeTypes.getDefaultMimeTypes()
                    .detect(new ByteArrayInputStream(bytes), new Metadata())
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** ISO/IEC 14496-12: begins with a file type box, whose brand is not QuickTime's own. */
    boolean isMpeg4() {
        return text.startsWith("ftyp", 4) && !text.startsWith("ftypqt", 4);
    }

    /** WebM is Matroska with another DocType, in the EBML header at the very beginning. */
    boolean isWebm() {
        return text.substring(0, Math.min(text.length(), 4096)).contains("webm");
    }

    boolean isWordDocument() {
        return isOfficeOpenXml("word/");
    }

    boolean isSpreadsheet() {
        return isOfficeOpenXml("xl/");
    }

    /** ECMA-376: a ZIP file with these parts; the application's own folder may come after the first bytes. */
    private boolean isOfficeOpenXml(String folder) {
        List<String> names = zipEntries();
        List<String> otherFolders = new ArrayList<>(List.of("word/", "xl/", "ppt/"));
        otherFolders.remove(folder);
        return names.stream()
                        .anyMatch(name -> name.equals("[Content_Types].xml")
                                || name.startsWith("_rels/")
                                || name.startsWith(folder))
                && names.stream().noneMatch(name -> otherFolders.stream().anyMatch(name::startsWith));
    }

    private List<String> zipEntries() {
        List<String> names = new ArrayList<>();
        ByteBuffer littleEndian = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = text.indexOf(ZIP_ENTRY); at >= 0; at = text.indexOf(ZIP_ENTRY, at + 1)) {
            if (at + ZIP_NAME_AT > bytes.length) {
                break;
            }
            int length = Short.toUnsignedInt(littleEndian.getShort(at + ZIP_NAME_LENGTH_AT));
            int end = Math.min(bytes.length, at + ZIP_NAME_AT + length);
            names.add(text.substring(at + ZIP_NAME_AT, end));
        }
        return names;
    }
}
