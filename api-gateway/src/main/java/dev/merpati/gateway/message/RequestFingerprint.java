package dev.merpati.gateway.message;

import dev.merpati.model.command.Command;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells whether two requests ask for the same message. A hash, so that no text is kept for it. */
final class RequestFingerprint {
    private RequestFingerprint() {}

    static String of(UUID sessionId, Command.Send send) {
        return switch (send) {
            case Command.SendText text -> hash("text", sessionId, text.to(), text.text(), text.skipValidation());
            case Command.SendMedia media ->
                hash(
                        "media",
                        sessionId,
                        media.to(),
                        media.caption() == null ? "" : media.caption(),
                        media.skipValidation(),
                        media.media().sha256(),
                        media.media().fileName());
        };
    }

    /** Each part with its length in front, so that no two lists of parts look the same. */
    private static String hash(Object... parts) {
        String text = Stream.of(parts)
                .map(String::valueOf)
                .map(part -> part.length() + ":" + part)
                .collect(Collectors.joining());
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
