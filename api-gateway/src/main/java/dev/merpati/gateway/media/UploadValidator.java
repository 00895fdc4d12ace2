package dev.merpati.gateway.media;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.springframework.http.HttpStatus;

/**
 * Watches one file go by and ends it when it is too long or not what its name says, as early as that can be told.
 * Keeps the first bytes only. For one thread at a time.
 */
final class UploadValidator {
    /** 50 MB as the guide means it. */
    static final long MAX_SIZE = 50L * 1024 * 1024;

    private final MediaFormat format;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
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
            int wanted = Math.min(FileSignature.SIZE - head.size(), chunk.remaining());
            byte[] bytes = new byte[wanted];
            chunk.duplicate().get(bytes);
            head.writeBytes(bytes);
            if (head.size() == FileSignature.SIZE) {
                verify();
            }
        }
    }

    void end() {
        if (size == 0) {
            throw Errors.badRequest("empty_file", "The media file is empty").exception();
        }
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
        verified = true;
        FileSignature start = new FileSignature(head.toByteArray());
        if (!format.fits(start)) {
            throw ApiError.of(
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                            "content_mismatch",
                            "The file's name ends in ." + format.extension() + ", but its content is "
                                    + start.detectedType() + ": give it its right extension")
                    .with("found", start.detectedType())
                    .exception();
        }
    }
}
