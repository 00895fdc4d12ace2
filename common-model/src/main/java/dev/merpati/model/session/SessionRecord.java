package dev.merpati.model.session;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session's record: the hash at {@code RedisKeys.session(..)}. The gateway writes tenant, name, creation time and the
 * deletion mark; the worker that owns the shard writes the rest, fenced. Times that decide something are those of Redis.
 *
 * @param phoneNumber null until the session was first paired, digits only
 * @param disconnection why the session is disconnected, null when it is not or when nobody scanned the QR code
 * @param disconnectedUntil when the session is connected again by itself; null when it is not, or nobody knows
 * @param passkey what WhatsApp wants signed before it links the session; null when it wants nothing
 * @param newChatsRestrictedUntil until when WhatsApp lets the account begin no new chats, which may be past; null when it
 *     has said nothing of that
 * @param deleted set by the gateway when the tenant deletes the session: from then on it does not exist for tenants,
 *     and the worker removes the rest of it
 * @param unconfirmed whether nobody knows yet that the command to start it has reached Kafka
 */
public record SessionRecord(
        UUID id,
        String tenantId,
        String name,
        Instant createdAt,
        SessionStatus status,
        @Nullable String phoneNumber,
        @Nullable Disconnection disconnection,
        @Nullable Instant disconnectedUntil,
        @Nullable PasskeyChallenge passkey,
        @Nullable Instant newChatsRestrictedUntil,
        boolean deleted,
        boolean unconfirmed) {

    /** A session that does not connect again by itself, if it is disconnected. */
    public SessionRecord(
            UUID id,
            String tenantId,
            String name,
            Instant createdAt,
            SessionStatus status,
            @Nullable String phoneNumber,
            @Nullable Disconnection disconnection,
            boolean deleted,
            boolean unconfirmed) {
        this(id, tenantId, name, createdAt, status, phoneNumber, disconnection, null, null, null, deleted, unconfirmed);
    }

    /** The hash's field names; the Lua scripts on both sides use the same. */
    public static final String TENANT = "tenant";

    public static final String NAME = "name";
    /** Milliseconds since 1970. */
    public static final String CREATED_AT = "created_at";

    public static final String STATUS = "status";
    public static final String PHONE_NUMBER = "phone_number";
    /** The name of a {@link Disconnection}, and behind an @ until when it lasts, in ms since 1970, if that is known. */
    public static final String DISCONNECTION = "failure";

    /** A {@link PasskeyChallenge} as JSON. */
    public static final String PASSKEY = "passkey";

    /** Milliseconds since 1970. */
    public static final String NEW_CHATS_RESTRICTED_UNTIL = "new_chats_restricted_until";

    /** The status that the tenant heard last, as workers write it for themselves; empty when nobody knows. */
    public static final String HEARD = "heard";

    public static final String DELETED = "deleted";

    /**
     * Milliseconds since 1970: until then the gateway that marked the session may take its mark back, since it could not
     * submit the command; workers leave the session as it is. Absent when the mark stands.
     */
    public static final String DELETED_FROM = "deleted_from";

    /**
     * Milliseconds since 1970: a session that nobody has confirmed by then was never created as far as its tenant knows, and
     * workers delete it. The gateway removes the field when Kafka has the command to start the session, a worker when a
     * command of the session reaches it.
     */
    public static final String CONFIRM_BY = "confirm_by";

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
                disconnection(hash.get(DISCONNECTION)),
                until(hash.get(DISCONNECTION)),
                PasskeyChallenge.ofStored(hash.get(PASSKEY)),
                time(hash.get(NEW_CHATS_RESTRICTED_UNTIL)),
                hash.containsKey(DELETED),
                hash.containsKey(CONFIRM_BY));
    }

    /** What the field {@value #DISCONNECTION} holds; empty when the session is not disconnected. */
    public static String storedDisconnection(@Nullable Disconnection why, @Nullable Instant until) {
        if (why == null) {
            return "";
        }
        return until == null ? why.name() : why.name() + "@" + until.toEpochMilli();
    }

    private static @Nullable Disconnection disconnection(@Nullable String stored) {
        int at = stored == null ? -1 : stored.indexOf('@');
        return Disconnection.ofStored(stored == null || at < 0 ? stored : stored.substring(0, at));
    }

    private static @Nullable Instant until(@Nullable String stored) {
        int at = stored == null ? -1 : stored.indexOf('@');
        if (stored == null || at < 0) {
            return null;
        }
        return time(stored.substring(at + 1));
    }

    private static @Nullable Instant time(@Nullable String millis) {
        return millis != null && millis.matches("\\d{1,15}") ? Instant.ofEpochMilli(Long.parseLong(millis)) : null;
    }
}
