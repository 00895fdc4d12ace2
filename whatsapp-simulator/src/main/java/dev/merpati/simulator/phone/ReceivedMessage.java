package dev.merpati.simulator.phone;

import dev.merpati.simulator.media.MediaReference;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a phone shows of a message.
 *
 * @param from the number of the sender
 * @param fromDevice the sender's device; 0 is the phone
 * @param hidden whether the sender wrote to the phone's hidden id
 * @param type {@code text}, {@code image}, {@code video}, {@code audio}, {@code document} or {@code other}
 * @param media where its file is; null for text
 */
public record ReceivedMessage(
        String id,
        String from,
        int fromDevice,
        boolean hidden,
        String type,
        @Nullable String text,
        @Nullable String caption,
        @Nullable String fileName,
        @Nullable String mimeType,
        @Nullable Long size,
        @Nullable String sha256,
        @Nullable MediaReference media,
        Instant receivedAt) {}
