package dev.merpati.gateway.number;

import dev.merpati.gateway.auth.Caller;
import dev.merpati.gateway.session.Sessions;
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
    private final Sessions sessions;
    private final NumberChecker checker;

    NumberCheckController(Sessions sessions, NumberChecker checker) {
        this.sessions = sessions;
        this.checker = checker;
    }

    @PostMapping(path = "/api/number-checker", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<NumberCheckAnswer> check(
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody(required = false) Mono<JsonNode> body) {
        return body.defaultIfEmpty(JsonNodeFactory.instance.objectNode())
                .map(NumberCheckRequest::of)
                .flatMap(request ->
                        sessions.find(caller, request.sessionId()).flatMap(session -> check(caller, session, request)));
    }

    private Mono<NumberCheckAnswer> check(Caller caller, SessionRecord session, NumberCheckRequest request) {
        Sessions.requireUsable(session);
        List<String> distinct = request.numbers().stream()
                .map(NumberCheckRequest.Entry::digits)
                .distinct()
                .toList();
        return checker.check(caller, session, distinct).map(statuses -> NumberCheckAnswer.of(request, statuses));
    }
}
