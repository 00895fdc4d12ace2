package dev.merpati.gateway.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A session as the guide shows it. */
public record SessionView(
        UUID id,
        String name,
        String status,
        @JsonProperty("phone_number") @Nullable String phoneNumber,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("isConnected") boolean isConnected) {
    /** ISO 8601 in UTC, always with three decimals. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** @param owned whether a worker owns the session; without one nothing is connected */
    static SessionView of(SessionRecord session, boolean owned) {
        return new SessionView(
                session.id(),
                session.name(),
                session.status().wireName(),
                session.phoneNumber(),
                TIME.format(session.createdAt()),
                owned && session.status() == SessionStatus.CONNECTED);
    }
}
