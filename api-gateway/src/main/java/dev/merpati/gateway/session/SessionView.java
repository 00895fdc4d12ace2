package dev.merpati.gateway.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A session as the guide shows it, and what it does not show.
 *
 * @param reason why it is disconnected, or what it waits for; absent when there is nothing to say
 * @param until when it is connected again by itself; absent when it is not, or nobody knows
 * @param newChatsRestrictedUntil until when the account may begin no new chats; absent when it may
 * @param passkey what the account's passkey has to sign before WhatsApp links the session; absent when it is not asked for
 */
public record SessionView(
        UUID id,
        String name,
        String status,
        @JsonProperty("phone_number") @Nullable String phoneNumber,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("isConnected") boolean isConnected,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String until,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String newChatsRestrictedUntil,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode passkey) {
    /** ISO 8601 in UTC, always with three decimals. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** @param owned whether a worker owns the session; without one nothing is connected */
    static SessionView of(SessionRecord session, boolean owned) {
        Instant restricted = session.newChatsRestrictedUntil();
        return new SessionView(
                session.id(),
                session.name(),
                session.status().wireName(),
                session.phoneNumber(),
                TIME.format(session.createdAt()),
                owned && session.status() == SessionStatus.CONNECTED,
                session.disconnection() == null ? null : session.disconnection().wireName(),
                session.disconnectedUntil() == null ? null : time(session.disconnectedUntil()),
                restricted == null || !restricted.isAfter(Instant.now()) ? null : time(restricted),
                owned && session.passkey() != null ? passkeyOf(session.passkey()) : null);
    }

    private static JsonNode passkeyOf(PasskeyChallenge challenge) {
        JsonNode copy = challenge.options().deepCopy();
        return copy instanceof ObjectNode options
                ? options.put("expiresAt", time(challenge.expiresAt().truncatedTo(ChronoUnit.SECONDS)))
                : copy;
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }
}
