package dev.merpati.model.session;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session's record: the hash at {@code RedisKeys.session(..)}. The gateway writes tenant, name, creation time and the
 * deletion mark; the worker that owns the shard writes the rest, fenced.
 *
 * @param phoneNumber null until the session was first paired, digits only
 * @param disconnection why the session is disconnected, null when it is not or when nobody scanned the QR code
 * @param deleted set by the gateway when the tenant deletes the session: from then on it does not exist for tenants,
 *     and the worker removes the rest of it
 */
public record SessionRecord(
        UUID id,
        String tenantId,
        String name,
        Instant createdAt,
        SessionStatus status,
        @Nullable String phoneNumber,
        @Nullable Disconnection disconnection,
        boolean deleted) {
    /** The hash's field names; the Lua scripts on both sides use the same. */
    public static final String TENANT = "tenant";

    public static final String NAME = "name";
    /** Milliseconds since 1970. */
    public static final String CREATED_AT = "created_at";

    public static final String STATUS = "status";
    public static final String PHONE_NUMBER = "phone_number";
    /** The name of a {@link Disconnection}. */
    public static final String DISCONNECTION = "failure";

    public static final String DELETED = "deleted";

    /** Reads a record from its hash; null if the hash is empty, which is how Redis shows a missing key. */
    public static @Nullable SessionRecord fromHash(UUID id, Map<String, String> hash) {
        String tenant = hash.get(TENANT);
        String name = hash.get(NAME);
        String createdAt = hash.get(CREATED_AT);
        String status = hash.get(STATUS);
        if (tenant == null || name == null || createdAt == null || status == null) {
            return null;
        }
        return new SessionRecord(
                id,
                tenant,
                name,
                Instant.ofEpochMilli(Long.parseLong(createdAt)),
                SessionStatus.ofWireName(status),
                hash.get(PHONE_NUMBER),
                Disconnection.ofStored(hash.get(DISCONNECTION)),
                hash.containsKey(DELETED));
    }
}
