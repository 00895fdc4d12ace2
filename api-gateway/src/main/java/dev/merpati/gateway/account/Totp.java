package dev.merpati.gateway.account;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.spec.SecretKeySpec;

/** Time-based codes of six digits (RFC 6238), as every authenticator app makes them. */
final class Totp {
    static final int SECRET_BYTES = 20;

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BITS = 5;

    private static final TimeBasedOneTimePasswordGenerator CODES = new TimeBasedOneTimePasswordGenerator();
    private static final long STEP_SECONDS = CODES.getTimeStep().toSeconds();

    private Totp() {}

    /** Returns the time step of a code, which may be one early or late; empty when it is no code of these steps. */
    static OptionalLong stepOf(byte[] secret, String code, Instant now) {
        long current = now.getEpochSecond() / STEP_SECONDS;
        OptionalLong found = OptionalLong.empty();
        // All three, so that the time does not tell which one it was.
        for (long step = current - 1; step <= current + 1; step++) {
            if (Digests.same(code, codeOf(secret, Instant.ofEpochSecond(step * STEP_SECONDS)))) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    static String codeOf(byte[] secret, Instant at) {
        try {
            return CODES.generateOneTimePasswordString(
                    new SecretKeySpec(secret, CODES.getAlgorithm()), at, Locale.ROOT);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("every key is good for an HMAC", e);
        }
    }

    /** Returns what an authenticator app reads out of a QR code. */
    static String uri(byte[] secret, String email) {
        String label = URLEncoder.encode("Merpati:" + email, StandardCharsets.UTF_8);
        return "otpauth://totp/" + label + "?secret=" + base32(secret) + "&issuer=Merpati";
    }

    /** RFC 4648, without padding. */
    static String base32(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int bits = 0;
        int waiting = 0;
        for (byte each : bytes) {
            bits = (bits << Byte.SIZE) | (each & 0xFF);
            waiting += Byte.SIZE;
            while (waiting >= BITS) {
                waiting -= BITS;
                text.append(BASE32.charAt((bits >> waiting) & 31));
            }
            bits &= (1 << waiting) - 1;
        }
        if (waiting > 0) {
            text.append(BASE32.charAt((bits << (BITS - waiting)) & 31));
        }
        return text.toString();
    }
}
