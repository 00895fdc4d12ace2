package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Tells clients where to upload. The token they get names their number, so that faults can single them out. */
final class MediaConnectionQuery implements IqHandler {
    static final String HOST = "mmg.whatsapp.net";
    private static final String LIFETIME_SECONDS = "3600";

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        if (!iq.has("xmlns", "w:m")) {
            return Optional.empty();
        }
        return IqHandler.now(Stanza.iqResult(
                iq,
                Node.of("media_conn", Node.of("host").with("hostname", HOST))
                        .with("auth", token(companion.number()))
                        .with("ttl", LIFETIME_SECONDS)
                        .with("auth_ttl", LIFETIME_SECONDS)
                        .with("max_buckets", "12")
                        .with("id", "1")));
    }

    private static String token(String number) {
        String random = HexFormat.of().formatHex(Bytes.random(8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Stanza.text(number + "." + random));
    }

    /** The number that a token was made for; null for something else. */
    static @Nullable String numberIn(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            int dot = text.indexOf('.');
            return dot < 0 ? null : text.substring(0, dot);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
