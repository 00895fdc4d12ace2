package dev.merpati.model.number;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A phone number with country code.
 *
 * @param digits 8 to 15 digits, the first of them not 0
 */
public record PhoneNumber(String digits) {
    /** What a number must look like, in words, for error messages. */
    public static final String ALLOWED = "a phone number of 8 to 15 digits with country code";

    private static final String ALLOWED_INSTEAD_OF_ZERO =
            ALLOWED + ", such as 6281234567890: write the country code instead of the leading 0";

    /** The trunk 0 that some write beside the country code: most countries drop it, Italy keeps it. */
    private static final Pattern TRUNK_ZERO = Pattern.compile("[(\\[]0[)\\]]");

    private static final String ALLOWED_WITHOUT_TRUNK_ZERO =
            ALLOWED + ", written as it is dialled from abroad, without (0)";

    /** Every kind of blank, dash and bracket, dots, the minus sign, and all characters that cannot be seen. */
    private static final Pattern ORNAMENT = Pattern.compile("[\\s\\p{Z}\\p{Cf}\\p{Pd}\\p{Ps}\\p{Pe}.\u2212]");

    private static final Pattern SUFFIX = Pattern.compile("@(?:c\\.us|s\\.whatsapp\\.net)$", Pattern.CASE_INSENSITIVE);
    private static final Pattern DIGITS = Pattern.compile("[0-9]{8,15}");
    private static final char FULL_WIDTH_PLUS = '\uff0b';
    private static final String URI_SCHEME = "tel:";
    private static final String INTERNATIONAL_PREFIX = "00";

    public PhoneNumber {
        if (!DIGITS.matcher(digits).matches() || digits.startsWith("0")) {
            throw new MalformedPhoneNumberException(digits, ALLOWED);
        }
    }

    /**
     * Reads a number as people and programs write it: with a leading {@code +}, {@code 00} or {@code tel:}, with blanks,
     * dashes, dots and brackets, with invisible characters that a copy brought along, or as WhatsApp's own address.
     *
     * @throws MalformedPhoneNumberException when it is no phone number, or lacks its country code
     */
    public static PhoneNumber parse(String spelling) {
        String visible = visible(spelling);
        if (TRUNK_ZERO.matcher(visible).find()) {
            throw new MalformedPhoneNumberException(spelling, ALLOWED_WITHOUT_TRUNK_ZERO);
        }
        String text = ORNAMENT.matcher(SUFFIX.matcher(visible).replaceFirst("")).replaceAll("");
        if (text.toLowerCase(Locale.ROOT).startsWith(URI_SCHEME)) {
            text = text.substring(URI_SCHEME.length());
        }
        if (text.startsWith("+")) {
            text = text.substring(1);
        } else if (text.startsWith(INTERNATIONAL_PREFIX)) {
            text = text.substring(INTERNATIONAL_PREFIX.length());
        }
        if (!text.matches("[0-9]*")) {
            throw new MalformedPhoneNumberException(spelling, ALLOWED);
        }
        if (text.startsWith("0")) {
            throw new MalformedPhoneNumberException(spelling, ALLOWED_INSTEAD_OF_ZERO);
        }
        if (!DIGITS.matcher(text).matches()) {
            throw new MalformedPhoneNumberException(spelling, ALLOWED);
        }
        return new PhoneNumber(text);
    }

    /** Takes out what would hide the suffix, since its own dots must stay until it has been found. */
    private static String visible(String spelling) {
        return spelling.replaceAll("[\\s\\p{Z}\\p{Cf}]", "").replace(FULL_WIDTH_PLUS, '+');
    }
}
