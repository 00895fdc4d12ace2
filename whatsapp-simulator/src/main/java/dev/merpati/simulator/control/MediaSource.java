package dev.merpati.simulator.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * A file that a phone is to send: the body of the call, Base64 or a data URL in {@code media}, or the {@code file} of that
 * name in the directory for such files.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MediaSource(byte[] bytes, Optional<String> mimeType, Optional<String> fileName) {
    private static final String OCTETS = "application/octet-stream";

    static MediaSource read(Request request, Json json, Optional<Path> directory) {
        if (request.query().containsKey("to")) {
            if (request.body().length == 0) {
                throw ApiException.invalid("body", "nothing", "the file");
            }
            String type = request.contentType();
            // What an HTTP client adds by itself says nothing about the file.
            boolean said = !type.isEmpty() && !type.startsWith("application/x-www-form") && !type.equals(OCTETS);
            return new MediaSource(request.body(), said ? Optional.of(type) : Optional.empty(), Optional.empty());
        }
        Optional<String> file = json.text("file");
        if (file.isPresent()) {
            return named(file.get(), directory);
        }
        String media = json.text("media")
                .orElseThrow(() -> ApiException.invalid("media", "nothing", "Base64 or a data URL, or a name in file"));
        int comma = media.startsWith("data:") ? media.indexOf(',') : -1;
        Optional<String> mimeType = comma < 0
                ? Optional.empty()
                : Optional.of(media.substring("data:".length(), comma).split(";", 2)[0]);
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(media.substring(comma + 1));
            if (bytes.length == 0) {
                throw ApiException.invalid("media", "nothing", "a file that is not empty");
            }
            return new MediaSource(bytes, mimeType.filter(type -> !type.isEmpty()), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("media", "another text", "Base64 or a data URL in Base64");
        }
    }

    private static MediaSource named(String name, Optional<Path> directory) {
        Path files = directory.orElseThrow(() -> ApiException.invalid(
                "file", name, "none, since the simulator has no state directory; send the file's bytes"));
        boolean plain = !name.isBlank() && !name.startsWith(".") && name.matches("[^/\\\\]+");
        Path file = plain ? files.resolve(name) : files;
        if (!plain || !Files.isRegularFile(file)) {
            throw ApiException.invalid("file", name, "the name of a file in " + files);
        }
        try {
            return new MediaSource(
                    Files.readAllBytes(file), Optional.ofNullable(Files.probeContentType(file)), Optional.of(name));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read a file to send", e);
        }
    }
}
