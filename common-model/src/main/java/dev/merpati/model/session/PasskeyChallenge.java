package dev.merpati.model.session;

import dev.merpati.model.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the passkey of a phone's owner has to sign before WhatsApp links a session.
 *
 * @param options {@code PublicKeyCredentialRequestOptionsJSON} of WebAuthn, as WhatsApp gave it
 * @param expiresAt when it is of no use any more, at the latest
 */
public record PasskeyChallenge(JsonNode options, Instant expiresAt) {

    /** Reads a stored one; null stays null, and what cannot be read is null. */
    public static @Nullable PasskeyChallenge ofStored(@Nullable String json) {
        if (json == null || json.isEmpty()) {
            return null;
        }
        try {
            return Json.MAPPER.readValue(json, PasskeyChallenge.class);
        } catch (JacksonException e) {
            return null;
        }
    }

    public String stored() {
        return Json.MAPPER.writeValueAsString(this);
    }
}
