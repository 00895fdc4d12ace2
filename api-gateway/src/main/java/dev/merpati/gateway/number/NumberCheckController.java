package dev.merpati.gateway.number;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.idempotency.IdempotencyKeys;
import dev.merpati.gateway.idempotency.IdempotentAnswers;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.model.session.SessionRecord;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class NumberCheckController {
    private final SessionAccess sessions;
    private final NumberChecker checker;
    private final IdempotentAnswers answers;

    NumberCheckController(SessionAccess sessions, NumberChecker checker, IdempotentAnswers answers) {
        this.sessions = sessions;
        this.checker = checker;
        this.answers = answers;
    }

    @PostMapping(path = "/api/number-checker", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<NumberCheckAnswer> check(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @RequestHeader HttpHeaders headers,
            @RequestBody Mono<NumberCheckRequest> body) {
        return body.map(NumberCheck::of)
                .flatMap(request -> answers.once(
                        tenant.tenantId(),
                        IdempotencyKeys.of(headers),
                        "check numbers " + request,
                        NumberCheckAnswer.class,
                        sessions.find(tenant, request.sessionId())
                                .flatMap(session -> check(tenant, session, request))));
    }

    private Mono<NumberCheckAnswer> check(TenantContext tenant, SessionRecord session, NumberCheck request) {
        SessionAccess.requireUsable(session);
        List<String> distinct = request.numbers().stream()
                .map(NumberCheck.Entry::digits)
                .distinct()
                .toList();
        return checker.check(tenant, session, distinct).map(checked -> NumberCheckAnswer.of(request, checked));
    }
}
