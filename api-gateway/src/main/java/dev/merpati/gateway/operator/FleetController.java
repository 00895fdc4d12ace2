package dev.merpati.gateway.operator;

import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.auth.Actor;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.model.whatsapp.ClientVersionRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Changes on behalf of the operator what all workers share: they look every few seconds, and need no restart. */
@RestController
@RequestMapping("/operator")
class FleetController {
    private static final int MOST_MINUTES = 24 * 60;

    private final FleetStore fleet;
    private final AuditLog audit;
    private final Clock clock;

    FleetController(FleetStore fleet, AuditLog audit, Clock clock) {
        this.fleet = fleet;
        this.audit = audit;
        this.clock = clock;
    }

    record VersionRequest(@Nullable String version) {}

    /**
     * A worker connects as the newest of its own setting and of these.
     *
     * @param version what the operator has set; null when nothing
     * @param learned what WhatsApp's own page names; null while no worker has read it
     * @param expiring a version that WhatsApp has announced to refuse; null when there is none
     * @param expiresAt from when on
     */
    record Version(
            boolean success,
            @Nullable String version,
            @Nullable String learned,
            @Nullable String expiring,
            @Nullable Instant expiresAt) {
        static Version of(ClientVersionRecord known) {
            return new Version(
                    true, text(known.wanted()), text(known.learned()), text(known.expiring()), known.expiresAt());
        }

        private static @Nullable String text(@Nullable ClientVersion version) {
            return version == null ? null : version.toString();
        }
    }

    record StanzaLogRequest(@Nullable Integer minutes) {}

    /** @param until null when nothing is logged any more */
    record StanzaLog(boolean success, @Nullable Instant until) {}

    @GetMapping("/client-version")
    Mono<Version> clientVersion() {
        return fleet.clientVersion().map(Version::of);
    }

    /** Workers only ever rise: one that connects as a newer version already stays with that. */
    @PutMapping(path = "/client-version", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Version> setClientVersion(@RequestBody VersionRequest request, ServerWebExchange exchange) {
        ClientVersion version = ClientVersion.parse(request.version()).orElse(null);
        if (version == null) {
            return Mono.error(Errors.invalidField("version", quoted(request.version()), ClientVersion.FORM)
                    .exception());
        }
        return fleet.want(version)
                .then(note("client-version.set", version.toString(), exchange))
                .then(clientVersion());
    }

    /** Workers keep the version that they have until they restart. */
    @DeleteMapping("/client-version")
    Mono<Version> forgetClientVersion(ServerWebExchange exchange) {
        return fleet.wantNoVersion()
                .then(note("client-version.removed", "", exchange))
                .then(clientVersion());
    }

    /** Logs the stanzas of a session for a while, without contents, on the worker that has it. */
    @PutMapping(path = "/sessions/{sessionId}/stanza-log", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<StanzaLog> logStanzas(
            @PathVariable UUID sessionId, @RequestBody StanzaLogRequest request, ServerWebExchange exchange) {
        Integer minutes = request.minutes();
        if (minutes == null || minutes < 1 || minutes > MOST_MINUTES) {
            return Mono.error(Errors.invalidField("minutes", String.valueOf(minutes), "1 to " + MOST_MINUTES)
                    .exception());
        }
        Instant until = clock.instant().plus(Duration.ofMinutes(minutes));
        return existing(sessionId)
                .then(fleet.logStanzas(sessionId, until))
                .then(note("stanza-log.on", sessionId + " for " + minutes + " minutes", exchange))
                .thenReturn(new StanzaLog(true, until));
    }

    @DeleteMapping("/sessions/{sessionId}/stanza-log")
    Mono<StanzaLog> endStanzaLog(@PathVariable UUID sessionId, ServerWebExchange exchange) {
        return existing(sessionId)
                .then(fleet.endStanzaLog(sessionId))
                .then(note("stanza-log.off", sessionId.toString(), exchange))
                .thenReturn(new StanzaLog(true, null));
    }

    private Mono<Void> existing(UUID sessionId) {
        return fleet.sessionExists(sessionId)
                .flatMap(found -> found
                        ? Mono.empty()
                        : Mono.error(ApiError.of(
                                        HttpStatus.NOT_FOUND,
                                        "session_not_found",
                                        "No such session: check the session id")
                                .exception()));
    }

    private Mono<Void> note(String action, String subject, ServerWebExchange exchange) {
        return audit.recordOperator(Actor.named(AuditEvent.OPERATOR, exchange).did(action, subject));
    }

    private static String quoted(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        return "'" + (text.length() <= 40 ? text : text.substring(0, 40) + "…") + "'";
    }
}
