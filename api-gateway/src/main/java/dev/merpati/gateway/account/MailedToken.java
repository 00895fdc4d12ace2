package dev.merpati.gateway.account;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a link in a mail carries: whose it is, and 256 random bits. Only a hash of these is stored, with the time at which the
 * link ends.
 */
record MailedToken(String tenantId, String secret) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9-]{1,64})\\.([A-Za-z0-9_-]{43})");

    static MailedToken create(String tenantId) {
        return new MailedToken(tenantId, SecretTokens.random());
    }

    /** Reads the token of a link; empty when it is none. */
    static Optional<MailedToken> parse(@Nullable String text) {
        Matcher matcher = FORM.matcher(text == null ? "" : text);
        return matcher.matches() ? Optional.of(new MailedToken(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** Returns the token as it stands in a link. */
    String text() {
        return tenantId + "." + secret;
    }

    /** Returns what is stored of it. */
    String stored(Instant expiresAt) {
        return Digests.sha256(secret) + " " + expiresAt.toEpochMilli();
    }

    /** @param stored null when none is awaited */
    boolean matches(@Nullable String stored, Instant now) {
        if (stored == null) {
            return false;
        }
        int blank = stored.indexOf(' ');
        return Digests.same(stored.substring(0, blank), Digests.sha256(secret))
                && now.toEpochMilli() < Long.parseLong(stored.substring(blank + 1));
    }

    @Override
    public String toString() {
        return "MailedToken[of " + tenantId + "]";
    }
}
