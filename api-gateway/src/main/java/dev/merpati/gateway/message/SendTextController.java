package dev.merpati.gateway.message;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.session.Sessions;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

@RestController
class SendTextController {
    private final Sessions sessions;
    private final MessageSender sender;

    SendTextController(Sessions sessions, MessageSender sender) {
        this.sessions = sessions;
        this.sender = sender;
    }

    @PostMapping(path = "/api/sessions/{sessionId}/send", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<Object>> send(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String sessionId,
            @RequestHeader HttpHeaders headers,
            @RequestBody(required = false) Mono<JsonNode> body) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> body.defaultIfEmpty(JsonNodeFactory.instance.objectNode())
                        .map(SendTextRequest::commandOf)
                        .flatMap(text -> sender.send(tenant, session, text, IdempotencyKeys.of(headers))))
                .map(sent -> SendAnswer.of(sent, "Message sent successfully"));
    }
}
