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
            @RequestBody Mono<NumberCheckRequest> body) {
        return body.map(NumberCheck::of)
                .flatMap(request ->
                        sessions.find(tenant, request.sessionId()).flatMap(session -> check(tenant, session, request)));
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
