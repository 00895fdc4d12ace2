package dev.merpati.worker.media;

import dev.merpati.worker.whatsapp.IncomingContent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Received files as messages describe them. */
public final class TestReceived {
    private TestReceived() {}

    public static IncomingContent.Media image() {
        return image("image/jpeg", "holiday.jpg", "/v/t62/path?oh=1", null);
    }

    public static IncomingContent.Media image(
            @Nullable String mimeType, @Nullable String fileName, @Nullable String directPath, @Nullable String url) {
        return new IncomingContent.Media(
                IncomingContent.MediaType.IMAGE,
                mimeType,
                directPath,
                url,
                bytes(1),
                bytes(2),
                bytes(3),
                1_234,
                "a caption",
                fileName,
                0,
                false);
    }

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
