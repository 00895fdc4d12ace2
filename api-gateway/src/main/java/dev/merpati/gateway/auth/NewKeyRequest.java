package dev.merpati.gateway.auth;

import dev.merpati.gateway.error.Errors;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /api/keys}.
 *
 * @param scopes everything when absent
 * @param expiresAt a time with its offset; never when absent
 */
record NewKeyRequest(
        @Nullable String name,
        @Nullable List<@Nullable String> scopes,
        @Nullable String expiresAt,
        @Nullable Boolean test) {
    private static final int LONGEST_FOUND = 40;

    /** Returns the key to be made; an error of 400 when a field is missing or cannot be used. */
    TenantKeys.NewKey checked(Instant now) {
        return new TenantKeys.NewKey(
                checkedName(name == null ? "" : name),
                scopes == null ? Scope.ALL : scopesOf(scopes),
                expiresAt == null ? null : futureOf(expiresAt, now),
                Boolean.TRUE.equals(test));
    }

    /** Returns the name, stripped; an error of 400 when it is none, or is too long. */
    static String checkedName(String name) {
        String stripped = name.strip();
        if (stripped.isEmpty()) {
            throw Errors.missingFields("Key name is required").exception();
        }
        int length = stripped.codePointCount(0, stripped.length());
        if (length > TenantKeys.MAX_NAME_LENGTH) {
            throw Errors.invalidField(
                            "name", length + " characters", "1 to " + TenantKeys.MAX_NAME_LENGTH + " characters")
                    .exception();
        }
        return stripped;
    }

    private static Set<Scope> scopesOf(List<@Nullable String> names) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String field = "scopes[" + i + "]";
            String found = name == null ? "null" : "'" + shortened(name) + "'";
            scopes.add(Scope.ofWireName(name == null ? "" : name)
                    .orElseThrow(() -> Errors.invalidField(field, found, "one of " + String.join(", ", allScopes()))
                            .exception()));
        }
        if (scopes.isEmpty()) {
            throw Errors.invalidField("scopes", "an empty array", "one or more of " + String.join(", ", allScopes()))
                    .exception();
        }
        return scopes;
    }

    private static Instant futureOf(String text, Instant now) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(now)) {
                return time;
            }
        } catch (DateTimeException e) {
            // Answered below.
        }
        throw Errors.invalidField(
                        "expiresAt",
                        "'" + shortened(text) + "'",
                        "a time in the future with its offset, such as 2027-01-31T00:00:00Z")
                .exception();
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_FOUND ? text : text.substring(0, LONGEST_FOUND) + "…";
    }

    private static List<String> allScopes() {
        return TenantKeys.namesOf(EnumSet.allOf(Scope.class));
    }
}
