package dev.merpati.gateway.media;

import dev.merpati.model.media.ReceivedFile;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * How a received file is shown: pictures, sounds and videos in place, everything else to be saved. Type and name are a
 * stranger's, and the address is the API's own: what a browser could run is handed out as bytes.
 */
final class ReceivedContent {
    private static final Set<String> SHOWN = Set.of(
            "image/jpeg",
            "image/png",
            "image/gif",
            "image/webp",
            "video/mp4",
            "video/3gpp",
            "video/webm",
            "audio/mpeg",
            "audio/mp4",
            "audio/aac",
            "audio/amr",
            "audio/ogg",
            "audio/opus",
            "audio/webm");

    private static final Set<String> RUN =
            Set.of("html", "xml", "xhtml", "svg", "script", "flash", "xsl", "css", "wasm", "multipart", "message");

    private static final Map<String, String> EXTENSIONS = Map.ofEntries(
            Map.entry("image/jpeg", "jpg"),
            Map.entry("image/png", "png"),
            Map.entry("image/gif", "gif"),
            Map.entry("image/webp", "webp"),
            Map.entry("video/mp4", "mp4"),
            Map.entry("video/3gpp", "3gp"),
            Map.entry("video/webm", "webm"),
            Map.entry("audio/mpeg", "mp3"),
            Map.entry("audio/mp4", "m4a"),
            Map.entry("audio/aac", "aac"),
            Map.entry("audio/amr", "amr"),
            Map.entry("audio/ogg", "ogg"),
            Map.entry("audio/opus", "opus"),
            Map.entry("audio/webm", "weba"),
            Map.entry("application/pdf", "pdf"),
            Map.entry("text/plain", "txt"));

    private ReceivedContent() {}

    static MediaType type(ReceivedFile file) {
        MediaType said = said(file.mimeType());
        if (said == null || said.isWildcardType() || said.isWildcardSubtype()) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
        String name = name(said);
        return RUN.stream().anyMatch(name::contains) ? MediaType.APPLICATION_OCTET_STREAM : said;
    }

    /** @param mediaId names a file that its sender has not named */
    static ContentDisposition disposition(ReceivedFile file, String mediaId) {
        String name = name(type(file));
        String fileName = file.fileName();
        String extension = EXTENSIONS.get(name);
        return (SHOWN.contains(name) ? ContentDisposition.inline() : ContentDisposition.attachment())
                .filename(
                        fileName == null || fileName.isBlank()
                                ? extension == null ? mediaId : mediaId + "." + extension
                                : FileNames.sanitise(fileName),
                        StandardCharsets.UTF_8)
                .build();
    }

    private static @Nullable MediaType said(@Nullable String mimeType) {
        try {
            return mimeType == null || mimeType.isBlank() ? null : MediaType.parseMediaType(mimeType);
        } catch (InvalidMediaTypeException e) {
            return null;
        }
    }

    private static String name(MediaType type) {
        return (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT);
    }
}
