package dev.merpati.worker.media;

import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.ReceivedReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Received files as messages describe them. */
public final class TestReceived {
    private TestReceived() {}

    public static IncomingContent.Media image() {
        return image("image/jpeg", "holiday.jpg", "/v/t62/path?oh=1", null);
    }

    /** The image, as it came with a message. */
    public static ReceivedReference reference() {
        return reference(image());
    }

    public static ReceivedReference reference(IncomingContent.Media media) {
        return new ReceivedReference("3EB0ABCDEF", "from 628111222333@s.whatsapp.net", media);
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
