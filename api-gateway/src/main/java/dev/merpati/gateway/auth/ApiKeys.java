package dev.merpati.gateway.auth;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes API keys. Thread-safe. */
public final class ApiKeys {
    /** The header that carries a key. */
    public static final String HEADER = "X-API-Key";

    private static final int SECRET_BITS = 256;

    /** A little less than 36^12, so that an id never takes more than its 12 characters. */
    private static final int KEY_ID_BITS = 62;

    private static final String HMAC = "HmacSHA256";

    private ApiKeys() {}

    /**
     * A key that was just made.
     *
     * @param key for the tenant; cannot be had again
     * @param hash for the configuration, under {@code merpati.tenants.<tenantId>.keys.<keyId>}
     */
    public record GeneratedKey(String keyId, String key, String hash) {
        @Override
        public String toString() {
            return "GeneratedKey[" + keyId + "]";
        }
    }

    /** @param pepper the value of {@code merpati.api-key-pepper} of the gateways that the key is for */
    public static GeneratedKey generate(String pepper) {
        return generate(pepper, false);
    }

    /** @param test whether the key only reaches the simulator */
    static GeneratedKey generate(String pepper, boolean test) {
        SecureRandom random = new SecureRandom();
        ApiKey key = new ApiKey(
                test,
                ApiKey.keyIdOf(new BigInteger(KEY_ID_BITS, random)),
                ApiKey.base62(new BigInteger(SECRET_BITS, random), ApiKey.SECRET_LENGTH));
        return new GeneratedKey(key.keyId(), key.text(), hash(key.secret(), pepper));
    }

    /** The HMAC of a key's secret, 64 lower-case hex digits. */
    static String hash(String secret, String pepper) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(pepper.getBytes(StandardCharsets.UTF_8), HMAC));
            return HexFormat.of().formatHex(mac.doFinal(secret.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
