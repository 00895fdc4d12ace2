package dev.merpati.worker.store;

import dev.merpati.worker.settings.CredentialsSettings;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM over bytes that belong to one session. Thread-safe.
 *
 * <p>Envelope: version (1 byte, 1), length of the key id (1 byte), key id, nonce (12 bytes), ciphertext with a tag of 16
 * bytes. The session id, the name of what is encrypted and all of the envelope before the nonce are authenticated, so that
 * an envelope can neither be given to another session or name nor be said to be of another key. A nonce is random: a key
 * is good for some 2^32 envelopes.
 */
final class CredentialsCipher {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int UUID_BYTES = 16;

    private final String activeKey;
    private final Map<String, SecretKey> keys = new HashMap<>();
    private final SecureRandom random = new SecureRandom();

    CredentialsCipher(CredentialsSettings settings) {
        activeKey = settings.activeKey();
        settings.keys()
                .forEach((id, key) ->
                        keys.put(id, new SecretKeySpec(Base64.getDecoder().decode(key), "AES")));
    }

    /** @param name what it is of the session; empty for its identity, whose envelopes are older than the names */
    byte[] encrypt(UUID sessionId, String name, byte[] plaintext) {
        byte[] header = header(activeKey);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key(activeKey), nonce, sessionId, name, header);
            byte[] ciphertext = cipher.doFinal(plaintext);
            return ByteBuffer.allocate(header.length + nonce.length + ciphertext.length)
                    .put(header)
                    .put(nonce)
                    .put(ciphertext)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        }
    }

    /** @throws UnreadableCredentialsException when the envelope was changed, is of another session or name, or its key is gone */
    byte[] decrypt(UUID sessionId, String name, byte[] envelope) {
        ByteBuffer buffer = ByteBuffer.wrap(envelope);
        if (buffer.remaining() < 2 || buffer.get() != VERSION) {
            throw new UnreadableCredentialsException("the envelope is not of version " + VERSION, null);
        }
        int keyIdBytes = Byte.toUnsignedInt(buffer.get());
        if (buffer.remaining() < keyIdBytes + NONCE_BYTES) {
            throw new UnreadableCredentialsException("the envelope is cut off", null);
        }
        byte[] keyId = new byte[keyIdBytes];
        buffer.get(keyId);
        byte[] nonce = new byte[NONCE_BYTES];
        buffer.get(nonce);
        String id = new String(keyId, StandardCharsets.UTF_8);
        try {
            return cipher(Cipher.DECRYPT_MODE, key(id), nonce, sessionId, name, header(id))
                    .doFinal(envelope, buffer.position(), buffer.remaining());
        } catch (GeneralSecurityException e) {
            throw new UnreadableCredentialsException(
                    "the envelope was changed, or is another session's, or key '" + id + "' is another one", e);
        }
    }

    private SecretKey key(String id) {
        SecretKey key = keys.get(id);
        if (key == null) {
            throw new UnreadableCredentialsException(
                    "merpati.credentials.keys." + id + " is not set, and the envelope was encrypted with it", null);
        }
        return key;
    }

    private static byte[] header(String keyId) {
        byte[] id = keyId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + id.length)
                .put(VERSION)
                .put((byte) id.length)
                .put(id)
                .array();
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, UUID sessionId, String name, byte[] header)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(header);
        cipher.updateAAD(ByteBuffer.allocate(UUID_BYTES)
                .putLong(sessionId.getMostSignificantBits())
                .putLong(sessionId.getLeastSignificantBits())
                .array());
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
