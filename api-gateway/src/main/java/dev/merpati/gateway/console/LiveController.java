package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.limits.FairShare;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.gateway.session.SessionListing;
import dev.merpati.gateway.session.SessionSearch;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
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

/**
 * Keeps open pages up to date by Server-Sent Events: looks again and again and tells what has changed. A stream ends after
 * some minutes; the browser opens it again, and is asked anew who it is.
 */
@RestController
class LiveController {
    private static final Duration LOOK_AT_SESSION = Duration.ofSeconds(1);
    private static final Duration LOOK_AT_LIST = Duration.ofSeconds(3);
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /** Open pages, of all accounts and of one. */
    private static final int MOST_STREAMS = 2_000;

    private static final int MOST_STREAMS_OF_A_TENANT = 50;

    private final ConsoleTenant console;
    private final SessionAccess sessions;
    private final SessionSearch search;
    private final SessionListing listing;
    private final LiveSession live;
    private final ITemplateEngine templates;
    private final FairShare streams = new FairShare(MOST_STREAMS, MOST_STREAMS_OF_A_TENANT);

    LiveController(
            ConsoleTenant console,
            SessionAccess sessions,
            SessionSearch search,
            SessionListing listing,
            LiveSession live,
            ITemplateEngine templates) {
        this.console = console;
        this.sessions = sessions;
        this.search = search;
        this.listing = listing;
        this.live = live;
        this.templates = templates;
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
        return Flux.defer(() -> {
            if (!streams.take(tenant.tenantId(), 1)) {
                return Flux.error(tooMany().exception());
            }
            Flux<ServerSentEvent<String>> changes = Mono.defer(look)
                    .repeatWhen(looks -> looks.delayElements(pause))
                    .distinctUntilChanged()
                    .map(html -> ServerSentEvent.builder(html).event(event).build());
            Flux<ServerSentEvent<String>> keptAlive = Flux.interval(KEEP_ALIVE)
                    .onBackpressureDrop()
                    .map(tick -> ServerSentEvent.<String>builder().comment("").build());
            return Flux.merge(changes, keptAlive)
                    .take(LIFE)
                    // Once something was sent, an answer can only end: as when the session is deleted meanwhile.
                    .switchOnFirst((first, all) -> first.hasValue() ? all.onErrorComplete(ApiException.class) : all)
                    .doFinally(end -> streams.giveBack(tenant.tenantId(), 1));
        });
    }

    private static ApiError tooMany() {
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_open_requests",
                        "You have too many pages open at a time: close some")
                .retryAfter(KEEP_ALIVE);
    }
}
