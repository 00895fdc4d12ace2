package dev.merpati.gateway.account;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** The form of e-mail addresses. Only ASCII: most mail servers take no others, and no two of them look alike. */
final class EmailAddress {
    /** RFC 5321, 4.5.3.1: what a mail server has to take. */
    static final int LONGEST = 254;

    private static final Pattern FORM = Pattern.compile("[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
            + "@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+");

    private EmailAddress() {}

    /** Returns what addresses are compared by: no two accounts differ in the case of their letters only. */
    static String normalize(String text) {
        return Normalizer.normalize(text.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    /** Whether a normalized address can be written to. */
    static boolean isValid(String normalized) {
        return normalized.length() <= LONGEST
                && FORM.matcher(normalized).matches()
                && !normalized.startsWith(".")
                && !normalized.contains("..")
                && !normalized.contains(".@");
    }
}
