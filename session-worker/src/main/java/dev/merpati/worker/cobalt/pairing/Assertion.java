package dev.merpati.worker.cobalt.pairing;

import dev.merpati.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a browser's {@code navigator.credentials.get} returned, as WhatsApp wants it (whatsmeow {@code types/passkey.go}):
 * only those fields of {@code AuthenticationResponseJSON} that the passkey has signed or that name it.
 *
 * @param credentialId the passkey's own id
 * @param json for the server
 * @param challenge that was signed, in base64url
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Assertion(byte[] credentialId, byte[] json, String challenge) {

    /** @throws IllegalArgumentException if it is no assertion; the message quotes nothing of it */
    static Assertion parse(String text) {
        try {
            JsonNode given = Json.MAPPER.readTree(text);
            JsonNode response = given.path("response");
            byte[] credentialId = base64Url(given, "rawId");
            byte[] clientData = base64Url(response, "clientDataJSON");
            base64Url(response, "authenticatorData");
            base64Url(response, "signature");
            if (!"public-key".equals(given.path("type").asString(""))) {
                throw new IllegalArgumentException("its type is not public-key");
            }
            return new Assertion(
                    credentialId,
                    canonical(given, response).getBytes(StandardCharsets.UTF_8),
                    Json.MAPPER.readTree(clientData).path("challenge").asString(""));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(Json.describe(e));
        }
    }

    private static String canonical(JsonNode given, JsonNode response) {
        Map<String, @Nullable Object> signed = new LinkedHashMap<>();
        signed.put("clientDataJSON", response.path("clientDataJSON").asString());
        signed.put("authenticatorData", response.path("authenticatorData").asString());
        signed.put("signature", response.path("signature").asString());
        JsonNode user = response.path("userHandle");
        signed.put("userHandle", user.isString() ? user.asString() : null);
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("id", given.path("rawId").asString());
        whole.put("rawId", given.path("rawId").asString());
        whole.put("type", "public-key");
        whole.put("response", signed);
        return Json.MAPPER.writeValueAsString(whole);
    }

    private static byte[] base64Url(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isString() || value.asString().isEmpty()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        try {
            return Base64.getUrlDecoder().decode(value.asString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " is not base64url", e);
        }
    }
}
