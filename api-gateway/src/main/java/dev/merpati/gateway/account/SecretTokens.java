package dev.merpati.gateway.account;

import java.security.SecureRandom;
import java.util.Base64;

/** Random texts that nobody guesses. */
final class SecretTokens {
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 20;

    private SecretTokens() {}

    /** Returns 256 bits, in letters that an URL can hold. */
    static String random() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(BYTES));
    }

    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** Returns an id for a new tenant. No secret, but no two are the same. */
    static String tenantId() {
        StringBuilder id = new StringBuilder("t");
        for (int i = 1; i < ID_LENGTH; i++) {
            id.append(ID_LETTERS.charAt(RANDOM.nextInt(ID_LETTERS.length())));
        }
        return id.toString();
    }
}
