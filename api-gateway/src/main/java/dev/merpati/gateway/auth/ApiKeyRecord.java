package dev.merpati.gateway.auth;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an API key; its secret is not.
 *
 * @param test whether it only reaches the simulator
 * @param name what its tenant calls it
 * @param scopes what it may be used for
 * @param pepper the name of the pepper that the hash was made with
 * @param hash the HMAC-SHA-256 of the secret, in hex
 * @param createdBy who made it
 * @param expiresAt from then on it is refused; null for never
 */
public record ApiKeyRecord(
        String keyId,
        String tenantId,
        boolean test,
        String name,
        Set<Scope> scopes,
        String pepper,
        String hash,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt) {
    private static final String TENANT = "tenant";
    private static final String TEST = "test";
    private static final String NAME = "name";
    private static final String SCOPES = "scopes";
    static final String PEPPER = "pepper";
    static final String HASH = "hash";
    private static final String CREATED_AT = "created_at";
    private static final String CREATED_BY = "created_by";
    private static final String EXPIRES_AT = "expires_at";

    public boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    Map<String, String> toHash() {
        Map<String, String> hash = new HashMap<>();
        hash.put(TENANT, tenantId);
        hash.put(TEST, String.valueOf(test));
        hash.put(NAME, name);
        hash.put(SCOPES, Scope.join(scopes));
        hash.put(PEPPER, pepper);
        hash.put(HASH, this.hash);
        hash.put(CREATED_AT, String.valueOf(createdAt.toEpochMilli()));
        hash.put(CREATED_BY, createdBy);
        if (expiresAt != null) {
            hash.put(EXPIRES_AT, String.valueOf(expiresAt.toEpochMilli()));
        }
        return hash;
    }

    /** Null when there is no such key. */
    static @Nullable ApiKeyRecord fromHash(String keyId, Map<String, String> hash) {
        String tenant = hash.get(TENANT);
        String secret = hash.get(HASH);
        if (tenant == null || secret == null) {
            return null;
        }
        String expiresAt = hash.get(EXPIRES_AT);
        return new ApiKeyRecord(
                keyId,
                tenant,
                Boolean.parseBoolean(hash.get(TEST)),
                hash.getOrDefault(NAME, ""),
                Scope.of(hash.getOrDefault(SCOPES, "")),
                hash.getOrDefault(PEPPER, PepperSettings.DEFAULT),
                secret,
                Instant.ofEpochMilli(Long.parseLong(hash.getOrDefault(CREATED_AT, "0"))),
                hash.getOrDefault(CREATED_BY, ""),
                expiresAt == null ? null : Instant.ofEpochMilli(Long.parseLong(expiresAt)));
    }

    @Override
    public String toString() {
        return "ApiKeyRecord[" + keyId + " of " + tenantId + "]";
    }
}
