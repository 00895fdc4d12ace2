package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.message.RecentMessages;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.gateway.session.SessionSearch;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What became of a session's messages of the last day. */
@PageController
class MessagePages {
    private static final int MOST_MESSAGES = 100;
    private static final int MOST_SESSIONS = 200;

    private final ConsoleTenant console;
    private final SessionAccess sessions;
    private final SessionSearch search;
    private final RecentMessages messages;
    private final Problem problem;

    MessagePages(
            ConsoleTenant console,
            SessionAccess sessions,
            SessionSearch search,
            RecentMessages messages,
            Problem problem) {
        this.console = console;
        this.sessions = sessions;
        this.search = search;
        this.messages = messages;
        this.problem = problem;
    }

    /** A message with the reason of its failure in the reader's words; null unless it failed. */
    record Row(RecentMessages.Message message, @Nullable String reason) {}

    @GetMapping("/messages")
    Mono<String> list(
            @RequestParam(required = false) @Nullable String session,
            ServerWebExchange exchange,
            Model model,
            Locale locale) {
        return console.of(exchange)
                .flatMap(tenant -> search.find(tenant.tenantId(), "", null, 0, MOST_SESSIONS)
                        .flatMap(found -> {
                            model.addAttribute("sessions", found.sessions());
                            String chosen = session != null && !session.isEmpty()
                                    ? session
                                    : found.sessions().isEmpty()
                                            ? null
                                            : found.sessions().getFirst().id().toString();
                            model.addAttribute("chosen", chosen == null ? "" : chosen);
                            return chosen == null ? Mono.just(List.<Row>of()) : rows(tenant, chosen, locale);
                        })
                        .doOnNext(rows -> model.addAttribute("rows", rows))
                        .thenReturn("console/messages"));
    }

    private Mono<List<Row>> rows(TenantContext tenant, String sessionId, Locale locale) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> messages.of(session.id(), MOST_MESSAGES))
                .map(all -> all.stream()
                        .map(message -> new Row(message, reasonOf(message.failure(), locale)))
                        .toList());
    }

    private @Nullable String reasonOf(@Nullable ApiError failure, Locale locale) {
        return failure == null ? null : problem.of(failure, locale);
    }
}
