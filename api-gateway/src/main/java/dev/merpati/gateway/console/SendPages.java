package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.message.MediaSender;
import dev.merpati.gateway.message.MessageSender;
import dev.merpati.gateway.message.SendRequests;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.model.session.SessionRecord;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Sends a test message or a file from a session's page, and answers with the part of the page that says what came of it. */
@PageController
class SendPages {
    private static final String RESULT = "console/send-result";

    private final ConsoleTenant console;
    private final SessionAccess sessions;
    private final MessageSender sender;
    private final MediaSender mediaSender;
    private final Problem problem;

    SendPages(
            ConsoleTenant console,
            SessionAccess sessions,
            MessageSender sender,
            MediaSender mediaSender,
            Problem problem) {
        this.console = console;
        this.sessions = sessions;
        this.sender = sender;
        this.mediaSender = mediaSender;
        this.problem = problem;
    }

    @PostMapping(path = "/sessions/{sessionId}/send", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<String> sendText(@PathVariable String sessionId, ServerWebExchange exchange, Model model, Locale locale) {
        return send(
                sessionId,
                exchange,
                model,
                locale,
                (tenant, session) -> exchange.getFormData()
                        .map(form -> form.toSingleValueMap())
                        .map(form -> SendRequests.textOf(
                                form.getOrDefault("to", ""),
                                // Forms separate lines as HTTP does.
                                form.getOrDefault("message", "").replace("\r\n", "\n")))
                        .flatMap(text -> sender.send(tenant, session, text, Optional.empty())));
    }

    /** The form's file is streamed as the API's is. */
    @PostMapping(path = "/sessions/{sessionId}/send", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    Mono<String> sendMedia(@PathVariable String sessionId, ServerWebExchange exchange, Model model, Locale locale) {
        return send(
                sessionId,
                exchange,
                model,
                locale,
                (tenant, session) -> mediaSender.send(tenant, session, exchange.getRequest(), Optional.empty()));
    }

    private interface Send {
        Mono<MessageSender.Sent> run(TenantContext tenant, SessionRecord session);
    }

    /** The answer is 200 also when it failed: it is the part of the page that says so. */
    private Mono<String> send(String sessionId, ServerWebExchange exchange, Model model, Locale locale, Send send) {
        return console.of(exchange)
                .flatMap(tenant -> sessions.find(tenant, sessionId).flatMap(session -> send.run(tenant, session)))
                .doOnNext(sent -> model.addAllAttributes(Map.of(
                        "sessionId",
                        sessionId,
                        "messageId",
                        sent.messageId(),
                        "acknowledged",
                        sent.acknowledged() != null)))
                .thenReturn(RESULT)
                .onErrorResume(ApiException.class, failure -> {
                    model.addAttribute("problem", problem.of(failure.error(), locale));
                    model.addAttribute("code", failure.error().code());
                    return Mono.just(RESULT);
                });
    }
}
