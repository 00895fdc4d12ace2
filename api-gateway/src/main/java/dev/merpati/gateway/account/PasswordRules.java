package dev.merpati.gateway.account;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.io.ClassPathResource;

/**
 * What a new password must be: long enough, none of those that are tried first, and not the e-mail address. Nothing is said
 * of the kinds of its characters (NIST SP 800-63B, 5.1.1.2).
 */
final class PasswordRules {
    static final int SHORTEST = 10;
    static final int LONGEST = 128;

    private static final Set<String> COMMON = load();

    private PasswordRules() {}

    /** Returns the key of what is wrong, for a message; empty when nothing is. */
    static Optional<String> objection(String password, String email) {
        String normalized = Passwords.normalize(password);
        int length = normalized.codePointCount(0, normalized.length());
        if (length < SHORTEST) {
            return Optional.of("account.password.short");
        }
        if (length > LONGEST) {
            return Optional.of("account.password.long");
        }
        String lower = normalized.toLowerCase(Locale.ROOT);
        if (COMMON.contains(lower) || normalized.codePoints().distinct().count() < 3) {
            return Optional.of("account.password.common");
        }
        String address = EmailAddress.normalize(email);
        int at = address.indexOf('@');
        boolean isAddress = lower.equals(address) || (at > 0 && lower.equals(address.substring(0, at)));
        return isAddress ? Optional.of("account.password.email") : Optional.empty();
    }

    private static Set<String> load() {
        try {
            return new ClassPathResource("account/common-passwords.txt", PasswordRules.class.getClassLoader())
                    .getContentAsString(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("the list of common passwords cannot be read", e);
        }
    }
}
