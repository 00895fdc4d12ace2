package dev.merpati.gateway.console;

import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.gateway.session.SessionCreation;
import dev.merpati.gateway.session.SessionLifecycle;
import dev.merpati.gateway.session.SessionListing;
import dev.merpati.gateway.session.SessionNames;
import dev.merpati.gateway.session.SessionSearch;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;

/** The list of sessions, and one session with all that can be done to it. */
@PageController
class SessionPages {
    static final int PAGE = 50;

    private final ConsoleTenant console;
    private final SessionAccess sessions;
    private final SessionSearch search;
    private final SessionListing listing;
    private final SessionCreation creation;
    private final SessionLifecycle lifecycle;
    private final LiveSession live;
    private final ConsoleSnippets snippets;
    private final WebhookModel webhooks;
    private final AuditLog audit;
    private final Problem problem;

    SessionPages(
            ConsoleTenant console,
            SessionAccess sessions,
            SessionSearch search,
            SessionListing listing,
            SessionCreation creation,
            SessionLifecycle lifecycle,
            LiveSession live,
            ConsoleSnippets snippets,
            WebhookModel webhooks,
            AuditLog audit,
            Problem problem) {
        this.console = console;
        this.sessions = sessions;
        this.search = search;
        this.listing = listing;
        this.creation = creation;
        this.lifecycle = lifecycle;
        this.live = live;
        this.snippets = snippets;
        this.webhooks = webhooks;
        this.audit = audit;
        this.problem = problem;
    }

    /** What the list shows, as its URL says it. */
    record Query(String q, @Nullable String status, long offset) {
        static Query of(MultiValueMap<String, String> parameters) {
            String text = parameters.toSingleValueMap().getOrDefault("q", "");
            String status = parameters.getFirst("status");
            boolean known = Arrays.stream(SessionStatus.values())
                    .anyMatch(each -> each.wireName().equals(status));
            String offset = parameters.toSingleValueMap().getOrDefault("offset", "");
            return new Query(
                    text.length() > 100 ? text.substring(0, 100) : text,
                    known ? status : null,
                    offset.matches("[0-9]{1,7}") ? Long.parseLong(offset) : 0);
        }

        /** The URL's query for another part of the list. */
        public String at(long newOffset) {
            return UriComponentsBuilder.newInstance()
                    .queryParam("q", q)
                    .queryParamIfPresent("status", Optional.ofNullable(status))
                    .queryParam("offset", newOffset)
                    .encode()
                    .build()
                    .toUriString();
        }

        public boolean isFiltered() {
            return !q.isBlank() || status != null;
        }
    }

    @GetMapping("/sessions")
    Mono<String> list(@RequestParam MultiValueMap<String, String> parameters, ServerWebExchange exchange, Model model) {
        Query query = Query.of(parameters);
        return console.of(exchange)
                .flatMap(tenant -> fill(tenant, query, model))
                .thenReturn("console/sessions");
    }

    private Mono<Void> fill(TenantContext tenant, Query query, Model model) {
        return Mono.zip(
                        listing.counts(tenant.tenantId()),
                        search.find(tenant.tenantId(), query.q(), query.status(), query.offset(), PAGE),
                        webhooks.givenUp(tenant))
                .doOnNext(read -> model.addAllAttributes(Map.of(
                        "counts", read.getT1(),
                        "found", read.getT2(),
                        "givenUp", read.getT3(),
                        "query", query,
                        "statuses", statuses())))
                .then();
    }

    private static List<String> statuses() {
        return Arrays.stream(SessionStatus.values())
                .map(SessionStatus::wireName)
                .toList();
    }

    @PostMapping("/sessions")
    Mono<String> create(ServerWebExchange exchange, Model model, Locale locale) {
        return Mono.zip(console.of(exchange), exchange.getFormData()).flatMap(request -> {
            TenantContext tenant = request.getT1();
            String name = request.getT2().toSingleValueMap().getOrDefault("name", "");
            return Mono.fromCallable(() -> SessionNames.check(name))
                    .flatMap(checked -> creation.create(tenant, checked))
                    .flatMap(session -> note(tenant, "session.created", session.name(), exchange)
                            .thenReturn("redirect:/sessions/" + session.id()))
                    .onErrorResume(ApiException.class, failure -> {
                        problem.show(failure.error(), exchange, model, locale);
                        model.addAttribute("name", name);
                        return fill(tenant, new Query("", null, 0), model).thenReturn("console/sessions");
                    });
        });
    }

    @GetMapping("/sessions/{sessionId}")
    Mono<String> show(@PathVariable String sessionId, ServerWebExchange exchange, Model model) {
        return page(sessionId, exchange, model);
    }

    private Mono<String> page(String sessionId, ServerWebExchange exchange, Model model) {
        return console.of(exchange)
                .flatMap(tenant -> sessions.find(tenant, sessionId)
                        .flatMap(session -> live.state(session))
                        .doOnNext(state -> {
                            model.addAttribute("state", state);
                            model.addAttribute("snippets", snippets.send(exchange, sessionId));
                        })
                        .thenReturn("console/session"));
    }

    @PostMapping("/sessions/{sessionId}/rename")
    Mono<String> rename(@PathVariable String sessionId, ServerWebExchange exchange, Model model, Locale locale) {
        return change(
                sessionId,
                exchange,
                model,
                locale,
                (tenant, session, form) -> Mono.fromCallable(
                                () -> SessionNames.check(form.toSingleValueMap().getOrDefault("name", "")))
                        .flatMap(name -> lifecycle
                                .rename(session, name)
                                .then(note(tenant, "session.renamed", session.name() + " to " + name, exchange)))
                        .thenReturn("redirect:/sessions/" + sessionId));
    }

    @PostMapping("/sessions/{sessionId}/reconnect")
    Mono<String> reconnect(@PathVariable String sessionId, ServerWebExchange exchange, Model model, Locale locale) {
        return change(
                sessionId,
                exchange,
                model,
                locale,
                (tenant, session, form) -> lifecycle
                        .reconnect(tenant, session)
                        .then(note(tenant, "session.reconnected", session.name(), exchange))
                        .thenReturn("redirect:/sessions/" + sessionId));
    }

    @PostMapping("/sessions/{sessionId}/delete")
    Mono<String> delete(@PathVariable String sessionId, ServerWebExchange exchange, Model model, Locale locale) {
        return change(
                sessionId,
                exchange,
                model,
                locale,
                (tenant, session, form) -> lifecycle
                        .delete(tenant, session)
                        .then(note(tenant, "session.deleted", session.name(), exchange))
                        .thenReturn("redirect:/sessions"));
    }

    private interface Change {
        Mono<String> run(TenantContext tenant, SessionRecord session, MultiValueMap<String, String> form);
    }

    /** Runs a change; what is wrong with it is shown on the session's page. */
    private Mono<String> change(
            String sessionId, ServerWebExchange exchange, Model model, Locale locale, Change change) {
        return Mono.zip(console.of(exchange), exchange.getFormData())
                .flatMap(request -> sessions.find(request.getT1(), sessionId)
                        .flatMap(session -> change.run(request.getT1(), session, request.getT2())))
                .onErrorResume(ApiException.class, failure -> {
                    if (failure.error().status() == HttpStatus.NOT_FOUND
                            || failure.error().status() == HttpStatus.FORBIDDEN) {
                        return Mono.error(failure);
                    }
                    problem.show(failure.error(), exchange, model, locale);
                    return page(sessionId, exchange, model);
                });
    }

    private Mono<Void> note(TenantContext tenant, String action, String subject, ServerWebExchange exchange) {
        return console.actor(exchange).flatMap(actor -> audit.record(tenant.tenantId(), actor.did(action, subject)));
    }
}
