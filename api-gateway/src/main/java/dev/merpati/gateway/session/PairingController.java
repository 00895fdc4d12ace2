package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.idempotency.IdempotencyKeys;
import dev.merpati.gateway.idempotency.IdempotentAnswers;
import java.time.temporal.ChronoUnit;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/sessions/{sessionId}")
class PairingController {
    private final SessionAccess sessions;
    private final SessionPairing pairing;
    private final IdempotentAnswers answers;

    PairingController(SessionAccess sessions, SessionPairing pairing, IdempotentAnswers answers) {
        this.sessions = sessions;
        this.pairing = pairing;
        this.answers = answers;
    }

    record PairingCodeAnswer(boolean success, String pairingCode, String expiresAt) {
        /** Leaves the code out. */
        @Override
        public String toString() {
            return "PairingCodeAnswer[expiresAt=" + expiresAt + "]";
        }
    }

    record Done(boolean success, String message) {}

    @PostMapping(path = "/pairing-code", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<PairingCodeAnswer> pairingCode(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String sessionId,
            @RequestHeader HttpHeaders headers,
            @RequestBody Mono<PairingRequests.CodeRequest> body) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> body.map(request -> PairingRequests.codeFor(request.phoneNumber()))
                        .flatMap(request -> answers.once(
                                tenant.tenantId(),
                                IdempotencyKeys.of(headers),
                                "pairing code of " + session.id() + " for " + request.phoneNumber(),
                                PairingCodeAnswer.class,
                                pairing.requestCode(tenant, session, request)
                                        .map(code -> new PairingCodeAnswer(
                                                true,
                                                code.code(),
                                                SessionView.time(
                                                        code.expiresAt().truncatedTo(ChronoUnit.SECONDS)))))));
    }

    @PostMapping(path = "/passkey", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Done> passkey(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String sessionId,
            @RequestBody Mono<PairingRequests.PasskeyRequest> body) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> body.map(PairingRequests::answerOf)
                        .flatMap(answer -> pairing.answerPasskey(tenant, session, answer)))
                .thenReturn(new Done(true, "Passkey accepted: the session is being linked"));
    }
}
