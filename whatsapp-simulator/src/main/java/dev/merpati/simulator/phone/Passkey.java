package dev.merpati.simulator.phone;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The passkey of a phone's owner: both the authenticator that signs (WebAuthn Level 2, ES256) and what WhatsApp knows of
 * it. It lives as long as the simulator runs. Thread-safe.
 */
public final class Passkey {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String RELYING_PARTY = "whatsapp.com";
    private static final String ORIGIN = "https://web.whatsapp.com";
    private static final int ID_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** User present and verified. */
    private static final byte FLAGS = 0x05;

    private final byte[] id = Bytes.random(ID_BYTES);
    private final KeyPair keys;

    /** What is to be signed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Challenge(byte[] bytes) {}

    Passkey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has P-256", e);
        }
    }

    public static Challenge challenge() {
        return new Challenge(Bytes.random(HASH_BYTES));
    }

    /** {@code PublicKeyCredentialRequestOptions} as JSON. */
    public String options(Challenge challenge) {
        return MAPPER.writeValueAsString(Map.of(
                "challenge",
                encode(challenge.bytes()),
                "rpId",
                RELYING_PARTY,
                "timeout",
                60_000,
                "userVerification",
                "required",
                "allowCredentials",
                List.of(Map.of("id", encode(id), "type", "public-key"))));
    }

    /**
     * Signs what a client was asked for, as the browser on WhatsApp's page lets the authenticator do.
     *
     * @param challenge as in the options, in base64url
     * @return {@code AuthenticationResponseJSON}
     */
    public Map<String, Object> sign(String challenge) {
        byte[] clientData = MAPPER.writeValueAsBytes(
                Map.of("type", "webauthn.get", "challenge", challenge, "origin", ORIGIN, "crossOrigin", false));
        byte[] authenticatorData = Bytes.concat(
                Hash.sha256(RELYING_PARTY.getBytes(StandardCharsets.US_ASCII)), new byte[] {FLAGS}, new byte[4]);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(authenticatorData);
            signature.update(Hash.sha256(clientData));
            return Map.of(
                    "id",
                    encode(id),
                    "rawId",
                    encode(id),
                    "type",
                    "public-key",
                    "authenticatorAttachment",
                    "cross-platform",
                    "clientExtensionResults",
                    Map.of(),
                    "response",
                    Map.of(
                            "clientDataJSON", encode(clientData),
                            "authenticatorData", encode(authenticatorData),
                            "signature", encode(signature.sign())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Signing does not fail", e);
        }
    }

    /** What is wrong with an assertion; empty if nothing is. */
    public Optional<String> verify(Challenge challenge, byte[] assertion) {
        try {
            JsonNode fields = MAPPER.readTree(assertion);
            JsonNode response = fields.path("response");
            byte[] clientData = decode(response, "clientDataJSON");
            byte[] authenticatorData = decode(response, "authenticatorData");
            JsonNode client = MAPPER.readTree(clientData);
            if (!Arrays.equals(decode(fields, "rawId"), id)) {
                return Optional.of("the assertion is by another passkey");
            }
            if (!MessageDigest.isEqual(decode(client, "challenge"), challenge.bytes())) {
                return Optional.of("the assertion is for another challenge");
            }
            byte[] party = Hash.sha256(RELYING_PARTY.getBytes(StandardCharsets.US_ASCII));
            boolean forWhatsApp = authenticatorData.length > HASH_BYTES
                    && Arrays.equals(Arrays.copyOf(authenticatorData, HASH_BYTES), party)
                    && ORIGIN.equals(client.path("origin").asString());
            if (!forWhatsApp) {
                return Optional.of("the assertion was not made on " + ORIGIN);
            }
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(keys.getPublic());
            signature.update(authenticatorData);
            signature.update(Hash.sha256(clientData));
            return signature.verify(decode(response, "signature"))
                    ? Optional.empty()
                    : Optional.of("the assertion's signature is wrong");
        } catch (JacksonException | IllegalArgumentException | GeneralSecurityException e) {
            return Optional.of("webauthn_assertion is malformed: " + e.getMessage());
        }
    }

    private static byte[] decode(JsonNode object, String field) {
        return Base64.getUrlDecoder().decode(object.path(field).asString());
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
