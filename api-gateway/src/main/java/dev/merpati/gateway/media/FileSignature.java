package dev.merpati.gateway.media;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MimeTypes;

/**
 * What a file shows of its format while it goes by: its first bytes, and for office files the names of their parts, which may
 * come late. Keeps no more than that. For one thread at a time.
 */
final class FileSignature {
    /** Whether a file is of a format; {@code LATER} while bytes that are to come could tell. */
    enum Match {
        YES,
        NO,
        LATER;

        static Match of(boolean fits) {
            return fits ? YES : NO;
        }
    }

    static final int HEAD_SIZE = 16 * 1024;

    private static final String ZIP_ENTRY = "PK\u0003\u0004";
    private static final int ZIP_NAME_LENGTH_AT = 26;
    private static final int ZIP_NAME_AT = 30;
    private static final int LONGEST_ZIP_NAME = 1024;
    private static final String OLE2 = "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1";

    /** [MS-OFFCRYPTO] 2.3.4.4: the stream that holds an encrypted document; names are in UTF-16. */
    private static final String ENCRYPTED_PACKAGE =
            new String("EncryptedPackage".getBytes(StandardCharsets.UTF_16LE), StandardCharsets.ISO_8859_1);

    /** ISO/IEC 14496-12 and the QuickTime file format: what a file may begin with. */
    private static final Set<String> FIRST_BOXES = Set.of(
            "ftyp", "styp", "moov", "mdat", "free", "skip", "wide", "pnot", "uuid", "moof", "sidx", "meta", "pdin");

    private static final String CONTENT_TYPES = "[Content_Types].xml";

    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private final Set<String> zipFolders = new TreeSet<>();
    private String head = "";
    private String carry = "";
    private boolean encryptedPackage;
    private boolean complete;

    /** Looks at the next bytes without consuming them. */
    void add(ByteBuffer chunk) {
        byte[] bytes = new byte[chunk.remaining()];
        chunk.duplicate().get(bytes);
        if (first.size() < HEAD_SIZE) {
            first.write(bytes, 0, Math.min(bytes.length, HEAD_SIZE - first.size()));
            head = first.toString(StandardCharsets.ISO_8859_1);
        }
        if (isZip() || isOle2()) {
            scan(carry + new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    /** The file has been seen whole. */
    void complete() {
        complete = true;
    }

    /** Whether enough was seen for every format but those of office files. */
    boolean hasHead() {
        return complete || first.size() == HEAD_SIZE;
    }

    /** What Tika takes the file for, going by its first bytes alone. */
    String detectedType() {
        try {
            return MimeTypes.getDefaultMimeTypes()
                    .detect(new ByteArrayInputStream(first.toByteArray()), new Metadata())
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A film or a sound of the MPEG-4 and QuickTime family, whatever its brand; pictures of that family are not meant. */
    boolean isMpeg4() {
        return head.length() >= 8
                && FIRST_BOXES.contains(head.substring(4, 8))
                && !detectedType().startsWith("image/");
    }

    /** WebM is Matroska with another DocType, in the EBML header at the very beginning. */
    boolean isWebm() {
        return head.substring(0, Math.min(head.length(), 4096)).contains("webm");
    }

    /** ISO/IEC 13818-7: a sync word of layer 0; Tika asks for more than a short recording has. */
    boolean isAac() {
        return (head.length() > 1 && head.charAt(0) == 0xff && (head.charAt(1) & 0xf6) == 0xf0)
                || detectedType().equals("audio/x-aac");
    }

    boolean isOle2() {
        return head.startsWith(OLE2);
    }

    /**
     * ECMA-376: a ZIP file with the application's folder, which may come after large pictures. With a password it is an OLE2
     * file around the encrypted ZIP file.
     */
    Match officeOpenXml(String folder) {
        if (isOle2()) {
            return encryptedPackage ? Match.YES : laterOr(false);
        }
        if (!isZip()) {
            return Match.NO;
        }
        if (zipFolders.contains(folder)) {
            return Match.YES;
        }
        boolean ofAnotherApplication = Set.of("word", "xl", "ppt").stream().anyMatch(zipFolders::contains);
        return ofAnotherApplication ? Match.NO : laterOr(zipFolders.contains(CONTENT_TYPES));
    }

    private Match laterOr(boolean fits) {
        return complete ? Match.of(fits) : Match.LATER;
    }

    private boolean isZip() {
        return head.startsWith(ZIP_ENTRY);
    }

    private void scan(String text) {
        int keepFrom = Math.max(0, text.length() - ENCRYPTED_PACKAGE.length());
        if (isOle2()) {
            encryptedPackage |= text.contains(ENCRYPTED_PACKAGE);
        } else {
            for (int at = text.indexOf(ZIP_ENTRY); at >= 0; at = text.indexOf(ZIP_ENTRY, at + 1)) {
                int name = at + ZIP_NAME_AT;
                int length = name <= text.length()
                        ? text.charAt(at + ZIP_NAME_LENGTH_AT) | text.charAt(at + ZIP_NAME_LENGTH_AT + 1) << 8
                        : 0;
                if (name > text.length() || (length <= LONGEST_ZIP_NAME && name + length > text.length())) {
                    keepFrom = at;
                    break;
                }
                if (length <= LONGEST_ZIP_NAME) {
                    String entry = text.substring(name, name + length);
                    zipFolders.add(entry.equals(CONTENT_TYPES) ? entry : topFolder(entry));
                }
            }
        }
        carry = text.substring(keepFrom);
    }

    /** One of those that matter, or nothing, so that no archive fills the memory with its names. */
    private static String topFolder(String entry) {
        int slash = entry.indexOf('/');
        String folder = slash < 0 ? "" : entry.substring(0, slash);
        return Set.of("word", "xl", "ppt").contains(folder) ? folder : "";
    }
}
