package dev.merpati.gateway.number;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Phone numbers as tenants spell them. */
public final class PhoneNumber {
    /** What a number must look like, in words, for error messages. */
    public static final String ALLOWED = "a phone number of 8 to 15 digits with country code";

    private static final Pattern ORNAMENT = Pattern.compile("[\\s\\p{Z}\\p{Pd}\\p{Ps}\\p{Pe}]");
    private static final Pattern NUMBER = Pattern.compile("\\+?([0-9]{8,15})");

    private PhoneNumber() {}

    /** The digits of the number, without a leading plus, blanks, dashes and brackets; empty when it is none. */
    public static Optional<String> digitsOf(String spelling) {
        return Optional.of(NUMBER.matcher(ORNAMENT.matcher(spelling).replaceAll("")))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1));
    }
}
