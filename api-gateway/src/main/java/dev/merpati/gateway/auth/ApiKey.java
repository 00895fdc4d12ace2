package dev.merpati.gateway.auth;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * An API key as tenants hold it: {@code mk_live_<keyId>_<secret><crc>}, or {@code mk_test_...} for one that only reaches the
 * simulator.
 *
 * <p>The prefix and the check digits let a scanner find leaked keys in text, and let us tell a mistyped key from an
 * unknown one without a look-up.
 *
 * @param test whether it only reaches the simulator
 * @param keyId 12 characters of [a-z0-9]; no secret, and fit for the name of an environment variable
 * @param secret 256 bits in base 62
 */
record ApiKey(boolean test, String keyId, String secret) {
    static final int KEY_ID_LENGTH = 12;
    static final int SECRET_LENGTH = 43;
    private static final int CRC_LENGTH = 6;
    private static final String LIVE = "mk_live_";
    private static final String TEST = "mk_test_";
    private static final Pattern FORM = Pattern.compile("(" + LIVE + "|" + TEST + ")([a-z0-9]{" + KEY_ID_LENGTH
            + "})_([0-9A-Za-z]{" + SECRET_LENGTH + "})([0-9A-Za-z]{" + CRC_LENGTH + "})");

    static Optional<ApiKey> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        ApiKey key = new ApiKey(matcher.group(1).equals(TEST), matcher.group(2), matcher.group(3));
        return key.crc().equals(matcher.group(4)) ? Optional.of(key) : Optional.empty();
    }

    /** The whole key, as it is handed to the tenant. */
    String text() {
        return withoutCrc() + crc();
    }

    @Override
    public String toString() {
        return "ApiKey[" + keyId + "]";
    }

    private String withoutCrc() {
        return (test ? TEST : LIVE) + keyId + "_" + secret;
    }

    private String crc() {
        CRC32 crc = new CRC32();
        crc.update(withoutCrc().getBytes(StandardCharsets.US_ASCII));
        return base62(BigInteger.valueOf(crc.getValue()), CRC_LENGTH);
    }

    static String base62(BigInteger value, int length) {
        String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        BigInteger base = BigInteger.valueOf(digits.length());
        StringBuilder text = new StringBuilder();
        for (BigInteger rest = value; text.length() < length; rest = rest.divide(base)) {
            text.append(digits.charAt(rest.mod(base).intValue()));
        }
        return text.reverse().toString();
    }

    static String keyIdOf(BigInteger random) {
        String digits = random.toString(Character.MAX_RADIX).toLowerCase(Locale.ROOT);
        return ("0".repeat(KEY_ID_LENGTH) + digits).substring(digits.length());
    }
}
