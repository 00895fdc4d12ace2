package dev.merpati.gateway.number;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.model.session.SessionRecord;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

@RestController
class NumberCheckController {
    private final SessionAccess sessions;
    private final NumberChecker checker;

    NumberCheckController(SessionAccess sessions, NumberChecker checker) {
        this.sessions = sessions;
        this.checker = checker;
    }

    @PostMapping(path = "/api/number-checker", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<NumberCheckAnswer> check(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @RequestBody(required = false) Mono<JsonNode> body) {
        return body.defaultIfEmpty(JsonNodeFactory.instance.objectNode())
                .map(NumberCheckRequest::of)
                .flatMap(request ->
                        sessions.find(tenant, request.sessionId()).flatMap(session -> check(tenant, session, request)));
    }

    private Mono<NumberCheckAnswer> check(TenantContext tenant, SessionRecord session, NumberCheckRequest request) {
        SessionAccess.requireUsable(session);
        List<String> distinct = request.numbers().stream()
                .map(NumberCheckRequest.Entry::digits)
                .distinct()
                .toList();
        return checker.check(tenant, session, distinct).map(checked -> NumberCheckAnswer.of(request, checked));
    }
}
