package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.session.PairingRequests;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.gateway.session.SessionPairing;
import dev.merpati.model.session.SessionRecord;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Links a phone by its number, and with a passkey, on a session's page. */
@PageController
class PairingPages {
    private static final String RESULT = "console/pairing-result";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final ConsoleTenant console;
    private final SessionAccess sessions;
    private final SessionPairing pairing;
    private final Problem problem;

    PairingPages(ConsoleTenant console, SessionAccess sessions, SessionPairing pairing, Problem problem) {
        this.console = console;
        this.sessions = sessions;
        this.pairing = pairing;
        this.problem = problem;
    }

    @PostMapping(path = "/sessions/{sessionId}/pairing-code", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<String> code(@PathVariable String sessionId, ServerWebExchange exchange, Model model, Locale locale) {
        return answer(
                sessionId,
                exchange,
                model,
                locale,
                (tenant, session, form) -> Mono.fromCallable(
                                () -> PairingRequests.codeFor(form.getFirst("phoneNumber")))
                        .flatMap(request -> pairing.requestCode(tenant, session, request))
                        .doOnNext(code -> model.addAllAttributes(
                                Map.of("pairingCode", code.code(), "expiresAt", TIME.format(code.expiresAt()))))
                        .then());
    }

    @PostMapping(path = "/sessions/{sessionId}/passkey", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<String> passkey(@PathVariable String sessionId, ServerWebExchange exchange, Model model, Locale locale) {
        return answer(
                sessionId,
                exchange,
                model,
                locale,
                (tenant, session, form) -> Mono.fromCallable(() ->
                                PairingRequests.answerOf(form.toSingleValueMap().getOrDefault("assertion", "")))
                        .flatMap(answer -> pairing.answerPasskey(tenant, session, answer))
                        .doOnSuccess(done -> model.addAttribute("accepted", true)));
    }

    private interface Step {
        Mono<Void> run(TenantContext tenant, SessionRecord session, MultiValueMap<String, String> form);
    }

    /** The answer is 200 also when it failed: it is the part of the page that says so. */
    private Mono<String> answer(String sessionId, ServerWebExchange exchange, Model model, Locale locale, Step step) {
        return Mono.zip(console.of(exchange), exchange.getFormData())
                .flatMap(request -> sessions.find(request.getT1(), sessionId)
                        .flatMap(session -> step.run(request.getT1(), session, request.getT2())))
                .thenReturn(RESULT)
                .onErrorResume(ApiException.class, failure -> {
                    model.addAttribute("problem", problem.of(failure.error(), locale));
                    return Mono.just(RESULT);
                });
    }
}
