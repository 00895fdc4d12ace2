package dev.merpati.model.webhook;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts the secrets of webhooks at rest: AES-256-GCM, bound to what they belong to, so that a secret which was copied to
 * another webhook cannot be opened there. Thread-safe.
 */
public final class SecretBox {
    private static final String ALGORITHM = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /**
     * @param key 32 bytes in Base64
     * @throws IllegalArgumentException when it is something else
     */
    public SecretBox(String key) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(key.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the key must be 32 bytes in Base64, but it is not Base64", e);
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key must be 32 bytes in Base64, but it has " + bytes.length);
        }
        this.key = new SecretKeySpec(bytes, "AES");
    }

    /** Encrypts a secret for the webhook that it belongs to. */
    public String seal(String tenantId, String webhookId, String secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, tenantId, webhookId, nonce)
                    .doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder()
                    .encodeToString(ByteBuffer.allocate(nonce.length + sealed.length)
                            .put(nonce)
                            .put(sealed)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** @throws IllegalArgumentException when it was not sealed with this key for this webhook */
    public String open(String tenantId, String webhookId, String sealed) {
        try {
            byte[] bytes = Base64.getDecoder().decode(sealed);
            byte[] nonce = new byte[NONCE_BYTES];
            ByteBuffer.wrap(bytes).get(nonce);
            return new String(
                    cipher(Cipher.DECRYPT_MODE, tenantId, webhookId, nonce)
                            .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES),
                    StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException("the secret cannot be opened with this key", e);
        }
    }

    private Cipher cipher(int mode, String tenantId, String webhookId, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(ALGORITHM);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((tenantId + "/" + webhookId).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
