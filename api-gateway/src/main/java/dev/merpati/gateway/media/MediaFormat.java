package dev.merpati.gateway.media;

import dev.merpati.gateway.media.FileSignature.Match;
import dev.merpati.model.command.MediaKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A kind of file that can be sent.
 *
 * @param extension lower case, without a dot
 * @param mimeType what the recipient is told that the file is
 * @param check whether a file is of this format
 */
record MediaFormat(String extension, MediaKind kind, String mimeType, Function<FileSignature, Match> check) {
    private static final String OLE2 = "application/x-tika-msoffice";
    private static final Set<String> MATROSKA = Set.of("application/x-matroska", "video/x-matroska", "video/webm");

    /** The guide's twenty extensions; of two for the same content the one to recommend comes first. */
    private static final List<MediaFormat> ALL = List.of(
            image("jpg", "image/jpeg", detected("image/jpeg")),
            image("jpeg", "image/jpeg", detected("image/jpeg")),
            image("png", "image/png", detected("image/png", "image/apng")),
            image("gif", "image/gif", detected("image/gif")),
            image("webp", "image/webp", detected("image/webp")),
            video("mp4", "video/mp4", MediaFormat::mpeg4),
            video("avi", "video/x-msvideo", detected("video/x-msvideo")),
            video("mov", "video/quicktime", MediaFormat::mpeg4),
            video("mkv", "video/x-matroska", signature -> Match.of(MATROSKA.contains(signature.detectedType()))),
            video(
                    "webm",
                    "video/webm",
                    signature -> Match.of(MATROSKA.contains(signature.detectedType()) && signature.isWebm())),
            audio("mp3", "audio/mpeg", detected("audio/mpeg")),
            audio("wav", "audio/wav", detected("audio/vnd.wave")),
            audio("ogg", "audio/ogg", detected("application/ogg", "audio/ogg", "audio/vorbis", "audio/opus")),
            audio("m4a", "audio/mp4", MediaFormat::mpeg4),
            audio("aac", "audio/aac", signature -> Match.of(signature.isAac())),
            document("pdf", "application/pdf", detected("application/pdf")),
            document("doc", "application/msword", detected(OLE2, "application/msword")),
            document(
                    "docx",
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                    signature -> signature.officeOpenXml("word")),
            document("xls", "application/vnd.ms-excel", detected(OLE2, "application/vnd.ms-excel")),
            document(
                    "xlsx",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    signature -> signature.officeOpenXml("xl")));

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

    /** The format that a file's content is of, whatever its name. */
    static Optional<MediaFormat> of(FileSignature signature) {
        return ALL.stream()
                .filter(format -> format.match(signature) == Match.YES)
                .findFirst();
    }

    /** Whether a file of which this was seen is of this format. */
    Match match(FileSignature signature) {
        return check.apply(signature);
    }

    /** @param types what Tika may take such a file for, going by its first bytes */
    private static Function<FileSignature, Match> detected(String... types) {
        Set<String> allowed = Set.of(types);
        return signature -> Match.of(allowed.contains(signature.detectedType()));
    }

    private static Match mpeg4(FileSignature signature) {
        return Match.of(signature.isMpeg4());
    }

    private static MediaFormat image(String extension, String mimeType, Function<FileSignature, Match> check) {
        return new MediaFormat(extension, MediaKind.IMAGE, mimeType, check);
    }

    private static MediaFormat video(String extension, String mimeType, Function<FileSignature, Match> check) {
        return new MediaFormat(extension, MediaKind.VIDEO, mimeType, check);
    }

    private static MediaFormat audio(String extension, String mimeType, Function<FileSignature, Match> check) {
        return new MediaFormat(extension, MediaKind.AUDIO, mimeType, check);
    }

    private static MediaFormat document(String extension, String mimeType, Function<FileSignature, Match> check) {
        return new MediaFormat(extension, MediaKind.DOCUMENT, mimeType, check);
    }
}
