package dev.merpati.gateway.media;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.media.FileSignature.Match;
import java.nio.ByteBuffer;
import org.springframework.http.HttpStatus;

/**
 * Watches one file go by and ends it when it is too long or not what its name says, as early as that can be told.
 * For one thread at a time.
 */
final class UploadValidator {
    /** 50 MB as the guide means it. */
    static final long MAX_SIZE = 50L * 1024 * 1024;

    private final MediaFormat format;
    private final FileSignature signature = new FileSignature();
    private boolean verified;
    private long size;

    UploadValidator(MediaFormat format) {
        this.format = format;
    }

    /** Looks at the next chunk without consuming it. */
    void chunk(ByteBuffer chunk) {
        size += chunk.remaining();
        if (size > MAX_SIZE) {
            throw tooLarge().exception();
        }
        if (!verified) {
            signature.add(chunk);
            verify();
        }
    }

    void end() {
        if (size == 0) {
            throw Errors.badRequest("empty_file", "The media file is empty").exception();
        }
        signature.complete();
        if (!verified) {
            verify();
        }
    }

    static ApiError tooLarge() {
        return ApiError.of(
                        HttpStatus.CONTENT_TOO_LARGE,
                        "file_too_large",
                        "The media file is larger than 50 MB (" + MAX_SIZE + " bytes)")
                .with("limit", MAX_SIZE);
    }

    private void verify() {
        if (signature.hasHead()) {
            Match match = format.match(signature);
            verified = match == Match.YES;
            if (match == Match.NO) {
                throw mismatch().exception();
            }
        }
    }

    private ApiError mismatch() {
        String found = signature.detectedType();
        String advice = MediaFormat.of(signature)
                .map(right -> "give it the extension ." + right.extension())
                .orElseGet(() -> "open it in the program it was made with, save it as a real ." + format.extension()
                        + " file and send that");
        return ApiError.of(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "content_mismatch",
                        "The file's name ends in ." + format.extension() + ", but its content is " + found + ": "
                                + advice)
                .with("found", found);
    }
}
