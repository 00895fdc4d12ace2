package dev.merpati.gateway.message;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.idempotency.IdempotencyKeys;
import dev.merpati.gateway.session.SessionAccess;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
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
class SendController {
    private final SessionAccess sessions;
    private final MessageSender sender;
    private final MediaSender mediaSender;

    SendController(SessionAccess sessions, MessageSender sender, MediaSender mediaSender) {
        this.sessions = sessions;
        this.sender = sender;
        this.mediaSender = mediaSender;
    }

    @PostMapping(path = "/send", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<SendResponse>> sendText(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String sessionId,
            @RequestHeader HttpHeaders headers,
            @RequestBody Mono<SendTextRequest> body) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> body.map(SendRequests::textOf)
                        .flatMap(text -> sender.send(tenant, session, text, IdempotencyKeys.of(headers))))
                .map(sent -> SendResponse.of(sent, "Message sent successfully"));
    }

    @PostMapping(path = "/send-media", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    Mono<ResponseEntity<SendResponse>> sendMedia(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String sessionId,
            @RequestHeader HttpHeaders headers,
            ServerHttpRequest request) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> mediaSender.send(tenant, session, request, IdempotencyKeys.of(headers)))
                .map(sent -> SendResponse.of(sent, "Media sent successfully"));
    }
}
