package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.gateway.session.SessionListing;
import dev.merpati.gateway.session.SessionSearch;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Keeps open pages up to date by Server-Sent Events: looks again and again and tells what has changed. */
@RestController
class LiveController {
    private static final Duration LOOK_AT_SESSION = Duration.ofSeconds(1);
    private static final Duration LOOK_AT_LIST = Duration.ofSeconds(3);

    private final ConsoleTenant console;
    private final SessionAccess sessions;
    private final SessionSearch search;
    private final SessionListing listing;
    private final LiveSession live;
    private final ITemplateEngine templates;
    private final LiveStreams streams;

    LiveController(
            ConsoleTenant console,
            SessionAccess sessions,
            SessionSearch search,
            SessionListing listing,
            LiveSession live,
            ITemplateEngine templates,
            LiveStreams streams) {
        this.console = console;
        this.sessions = sessions;
        this.search = search;
        this.listing = listing;
        this.live = live;
        this.templates = templates;
        this.streams = streams;
    }

    @GetMapping(path = "/sessions/{sessionId}/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> session(@PathVariable String sessionId, ServerWebExchange exchange, Locale locale) {
        return console.of(exchange)
                .flatMapMany(tenant -> stream(
                        tenant,
                        LOOK_AT_SESSION,
                        "state",
                        () -> sessions.find(tenant, sessionId)
                                .flatMap(session -> live.state(session))
                                .map(state -> live.render(state, locale))));
    }

    @GetMapping(path = "/sessions/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> list(
            @RequestParam MultiValueMap<String, String> parameters, ServerWebExchange exchange, Locale locale) {
        SessionPages.Query query = SessionPages.Query.of(parameters);
        return console.of(exchange)
                .flatMapMany(tenant -> stream(
                        tenant,
                        LOOK_AT_LIST,
                        "list",
                        () -> Mono.zip(
                                        listing.counts(tenant.tenantId()),
                                        search.find(
                                                tenant.tenantId(),
                                                query.q(),
                                                query.status(),
                                                query.offset(),
                                                SessionPages.PAGE))
                                .publishOn(Schedulers.boundedElastic())
                                .map(read -> {
                                    Context context = new Context(
                                            locale,
                                            Map.of("counts", read.getT1(), "found", read.getT2(), "query", query));
                                    return templates.process("console/session-list", context);
                                })));
    }

    /** Looks at once and then after each pause; what has not changed is not sent again. */
    private Flux<ServerSentEvent<String>> stream(
            TenantContext tenant, Duration pause, String event, Supplier<Mono<String>> look) {
        return streams.open(
                tenant,
                Mono.defer(look)
                        .repeatWhen(looks -> looks.delayElements(pause))
                        .distinctUntilChanged()
                        .map(html -> ServerSentEvent.builder(html).event(event).build()));
    }
}
