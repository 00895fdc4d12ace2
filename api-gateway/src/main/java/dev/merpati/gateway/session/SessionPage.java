package dev.merpati.gateway.session;

import dev.merpati.gateway.error.Errors;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * Which part of a tenant's sessions is asked for.
 *
 * @param after the last session of the page before, null for the first page
 */
record SessionPage(int limit, TenantSessions.@Nullable Entry after) {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    /** {@link Integer#parseInt} takes the digits of every script, and signs. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    static SessionPage of(MultiValueMap<String, String> query) {
        return new SessionPage(limitOf(query.getFirst("limit")), afterOf(query.getFirst("cursor")));
    }

    /** The cursor of the page that follows an entry. */
    static String cursorOf(TenantSessions.Entry entry) {
        String text = entry.createdAt().toEpochMilli() + ":" + entry.sessionId();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static int limitOf(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        int limit = DIGITS.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit >= 1 && limit <= MAX_LIMIT) {
            return limit;
        }
        throw Errors.invalidField("limit", "'" + text + "'", "a whole number from 1 to " + MAX_LIMIT)
                .exception();
    }

    private static TenantSessions.@Nullable Entry afterOf(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(":", 2);
            return new TenantSessions.Entry(UUID.fromString(parts[1]), Instant.ofEpochMilli(Long.parseLong(parts[0])));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw Errors.invalidField("cursor", "something else", "the nextCursor of an earlier page")
                    .exception();
        }
    }
}
