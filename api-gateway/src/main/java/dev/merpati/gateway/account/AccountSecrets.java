package dev.merpati.gateway.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * Encrypts and signs with keys derived from {@code merpati.accounts.secret}, one for each use. What was encrypted with a
 * previous secret can be read, what was peppered with it can be compared. Thread-safe.
 */
@Component
class AccountSecrets {
    private static final String HMAC = "HmacSHA256";
    private static final String AES = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_ID_LENGTH = 8;

    private record Key(String id, SecretKeySpec aes, SecretKeySpec pepper) {}

    private final List<Key> keys = new ArrayList<>();
    private final byte[] signing;

    AccountSecrets(AccountSettings settings) {
        String secret = settings.secret();
        if (secret == null) {
            throw new IllegalStateException(
                    "neither merpati.accounts.secret nor merpati.api-key-pepper is set: set 16 characters or more, the same"
                            + " for all gateways (openssl rand -base64 32)");
        }
        List<String> all = new ArrayList<>(List.of(secret));
        all.addAll(settings.previousSecrets());
        for (String each : all) {
            byte[] aes = hmac(each.getBytes(StandardCharsets.UTF_8), "encryption");
            String id = HexFormat.of().formatHex(Digests.digest(aes)).substring(0, KEY_ID_LENGTH);
            byte[] pepper = hmac(each.getBytes(StandardCharsets.UTF_8), "passwords");
            keys.add(new Key(id, new SecretKeySpec(aes, "AES"), new SecretKeySpec(pepper, HMAC)));
        }
        this.signing = hmac(secret.getBytes(StandardCharsets.UTF_8), "signatures");
    }

    /** @param context what it belongs to; it can be decrypted for the same only */
    String encrypt(byte[] plain, String context) {
        Key key = keys.getFirst();
        byte[] nonce = SecretTokens.bytes(NONCE_BYTES);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(plain);
            byte[] all = Arrays.copyOf(nonce, nonce.length + sealed.length);
            System.arraycopy(sealed, 0, all, nonce.length, sealed.length);
            return key.id() + "." + Base64.getEncoder().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /** @throws IllegalStateException when the secret that it was encrypted with is not configured any more */
    byte[] decrypt(String envelope, String context) {
        String id = envelope.substring(0, Math.max(0, envelope.indexOf('.')));
        Key key = keys.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "a second factor was encrypted with a secret that is neither merpati.accounts.secret nor one of"
                                + " merpati.accounts.previous-secrets"));
        byte[] all = Base64.getDecoder().decode(envelope.substring(id.length() + 1));
        try {
            return cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(all, NONCE_BYTES), context)
                    .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a stored second factor was changed, or is another account's", e);
        }
    }

    /** Returns the id of the secret that new passwords are peppered with. */
    String pepperId() {
        return keys.getFirst().id();
    }

    /** Returns a text that nobody can make without the secret; empty when no configured secret has the id. */
    Optional<String> pepper(String password, String id) {
        return keys.stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .map(key -> Base64.getEncoder().encodeToString(hmac(key.pepper(), password)));
    }

    /** Returns a signature of the text, in letters that a cookie can hold. */
    String sign(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(signing, text));
    }

    private static Cipher cipher(int mode, Key key, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(AES);
        cipher.init(mode, key.aes(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] hmac(byte[] key, String text) {
        return hmac(new SecretKeySpec(key, HMAC), text);
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }
}
