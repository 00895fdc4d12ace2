package dev.merpati.gateway.account;

import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.TenantRecords;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A person's login to a tenant, as it stands in the tenant's hash.
 *
 * @param name of the tenant, as the customer writes it
 * @param passwordHash Argon2id, in its own notation
 * @param credentialVersion another one with each new password; ends the sessions of the one before
 * @param emailVerifiedAt null when nobody has shown to read the mails to this address
 * @param pendingEmail the address that takes the other's place once it is verified
 * @param verifyToken what a link that verifies an address is compared with, see {@link MailedToken}
 * @param resetToken what a link to a new password is compared with
 * @param totpSecret the second factor, encrypted; null without one
 * @param totpPending one that is not confirmed yet
 * @param totpUsed the time step of the last code that was used
 * @param recoveryCodes the hashes of those that are not used yet
 */
record Account(
        String tenantId,
        String name,
        String status,
        String email,
        String passwordHash,
        String credentialVersion,
        Instant createdAt,
        @Nullable Instant emailVerifiedAt,
        Locale locale,
        @Nullable String pendingEmail,
        @Nullable String verifyToken,
        @Nullable String resetToken,
        @Nullable String totpSecret,
        @Nullable String totpPending,
        @Nullable String totpUsed,
        Set<String> recoveryCodes) {
    static final String EMAIL = "email";
    static final String PASSWORD = "password";
    static final String VERSION = "credential_version";
    static final String CREATED_AT = "created_at";
    static final String EMAIL_VERIFIED_AT = "email_verified_at";
    static final String LOCALE = "locale";
    static final String PENDING_EMAIL = "pending_email";
    static final String VERIFY_TOKEN = "verify_token";
    static final String RESET_TOKEN = "reset_token";
    static final String TOTP_SECRET = "totp_secret";
    static final String TOTP_PENDING = "totp_pending";
    static final String TOTP_USED = "totp_used";
    static final String RECOVERY_PREFIX = "recovery:";
    static final String RECOVERY_UNUSED = "unused";

    /** Null when the tenant has no account. */
    static @Nullable Account fromHash(String tenantId, Map<String, String> hash) {
        String email = hash.get(EMAIL);
        String password = hash.get(PASSWORD);
        if (email == null || password == null) {
            return null;
        }
        return new Account(
                tenantId,
                hash.getOrDefault(TenantRecords.NAME, ""),
                hash.getOrDefault(TenantRecords.STATUS, ""),
                email,
                password,
                hash.getOrDefault(VERSION, ""),
                Instant.ofEpochMilli(Long.parseLong(hash.getOrDefault(CREATED_AT, "0"))),
                instant(hash.get(EMAIL_VERIFIED_AT)),
                Locale.forLanguageTag(hash.getOrDefault(LOCALE, "en")),
                hash.get(PENDING_EMAIL),
                hash.get(VERIFY_TOKEN),
                hash.get(RESET_TOKEN),
                hash.get(TOTP_SECRET),
                hash.get(TOTP_PENDING),
                hash.get(TOTP_USED),
                hash.entrySet().stream()
                        .filter(field -> field.getKey().startsWith(RECOVERY_PREFIX)
                                && field.getValue().equals(RECOVERY_UNUSED))
                        .map(field -> field.getKey().substring(RECOVERY_PREFIX.length()))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private static @Nullable Instant instant(@Nullable String millis) {
        return millis == null ? null : Instant.ofEpochMilli(Long.parseLong(millis));
    }

    boolean isVerified() {
        return emailVerifiedAt != null;
    }

    boolean hasSecondFactor() {
        return totpSecret != null;
    }

    boolean isActive() {
        return status.equals(TenantRecords.wireName(Tenant.Status.ACTIVE));
    }

    boolean isSuspended() {
        return status.equals(TenantRecords.wireName(Tenant.Status.SUSPENDED));
    }

    @Override
    public String toString() {
        return "Account[" + tenantId + "]";
    }
}
