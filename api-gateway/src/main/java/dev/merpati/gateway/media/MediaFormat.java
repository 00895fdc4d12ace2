package dev.merpati.gateway.media;

import dev.merpati.model.command.MediaKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A kind of file that can be sent.
 *
 * @param extension lower case, without a dot
 * @param mimeType what the recipient is told that the file is
 * @param detected what Tika may take such a file for, going by its first bytes
 * @param alsoTrue what must be true of them besides, where Tika does not look close enough
 */
record MediaFormat(
        String extension, MediaKind kind, String mimeType, Set<String> detected, Predicate<FileSignature> alsoTrue) {
    private static final String OLE2 = "application/x-tika-msoffice";
    private static final Set<String> OFFICE_OPEN_XML = Set.of("application/x-tika-ooxml", "application/zip");
    private static final Set<String> MATROSKA = Set.of("application/x-matroska", "video/x-matroska", "video/webm");
    private static final Set<String> OGG = Set.of("application/ogg", "audio/ogg", "audio/vorbis", "audio/opus");

    /** A brand that Tika does not know makes any file of this family "video/quicktime". */
    private static final Set<String> MPEG4 = Set.of(
            "video/mp4", "audio/mp4", "application/mp4", "video/x-m4v", "video/3gpp", "video/3gpp2", "video/quicktime");

    /** The guide's twenty extensions. */
    private static final List<MediaFormat> ALL = List.of(
            image("jpg", "image/jpeg", Set.of("image/jpeg")),
            image("jpeg", "image/jpeg", Set.of("image/jpeg")),
            image("png", "image/png", Set.of("image/png", "image/apng")),
            image("gif", "image/gif", Set.of("image/gif")),
            image("webp", "image/webp", Set.of("image/webp")),
            video("mp4", "video/mp4", MPEG4, FileSignature::isMpeg4),
            video("avi", "video/x-msvideo", Set.of("video/x-msvideo"), head -> true),
            video("mov", "video/quicktime", Set.of("video/quicktime"), head -> true),
            video("mkv", "video/x-matroska", MATROSKA, head -> true),
            video("webm", "video/webm", MATROSKA, FileSignature::isWebm),
            audio("mp3", "audio/mpeg", Set.of("audio/mpeg"), head -> true),
            audio("wav", "audio/wav", Set.of("audio/vnd.wave"), head -> true),
            audio("ogg", "audio/ogg", OGG, head -> true),
            audio("m4a", "audio/mp4", MPEG4, FileSignature::isMpeg4),
            audio("aac", "audio/aac", Set.of("audio/x-aac"), head -> true),
            document("pdf", "application/pdf", Set.of("application/pdf"), head -> true),
            document("doc", "application/msword", Set.of(OLE2, "application/msword"), head -> true),
            document(
                    "docx",
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                    OFFICE_OPEN_XML,
                    FileSignature::isWordDocument),
            document("xls", "application/vnd.ms-excel", Set.of(OLE2, "application/vnd.ms-excel"), head -> true),
            document(
                    "xlsx",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    OFFICE_OPEN_XML,
                    FileSignature::isSpreadsheet));

    /** The format that a file's name says. */
    static Optional<MediaFormat> ofFileName(String fileName) {
        String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return fileName.indexOf('.') < 0
                ? Optional.empty()
                : ALL.stream()
                        .filter(format -> format.extension.equals(extension))
                        .findFirst();
    }

    static List<String> extensions() {
        return ALL.stream().map(format -> "." + format.extension).toList();
    }

    /** Whether a file that begins like this can be of this format. */
    boolean fits(FileSignature head) {
        return detected.contains(head.detectedType()) && alsoTrue.test(head);
    }

    private static MediaFormat image(String extension, String mimeType, Set<String> detected) {
        return new MediaFormat(extension, MediaKind.IMAGE, mimeType, detected, head -> true);
    }

    private static MediaFormat video(
            String extension, String mimeType, Set<String> detected, Predicate<FileSignature> alsoTrue) {
        return new MediaFormat(extension, MediaKind.VIDEO, mimeType, detected, alsoTrue);
    }

    private static MediaFormat audio(
            String extension, String mimeType, Set<String> detected, Predicate<FileSignature> alsoTrue) {
        return new MediaFormat(extension, MediaKind.AUDIO, mimeType, detected, alsoTrue);
    }

    private static MediaFormat document(
            String extension, String mimeType, Set<String> detected, Predicate<FileSignature> alsoTrue) {
        return new MediaFormat(extension, MediaKind.DOCUMENT, mimeType, detected, alsoTrue);
    }
}
