package dev.merpati.gateway.event;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.model.event.EventId;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The tenant's events, page by page or as a stream. */
@RestController
@RequestMapping("/api/events")
class EventController {
    /** Of data in one answer; an event is some hundred bytes, a text or a QR code some thousand. */
    private static final long MAX_BYTES = 1024 * 1024;

    private final EventReader reader;
    private final EventHub hub;
    private final EventStreams streams;
    private final SessionAccess sessions;
    private final Clock clock;

    EventController(EventReader reader, EventHub hub, EventStreams streams, SessionAccess sessions, Clock clock) {
        this.reader = reader;
        this.hub = hub;
        this.streams = streams;
        this.sessions = sessions;
        this.clock = clock;
    }

    /**
     * @param next what to ask for as {@code after} next
     * @param more whether it can be asked for at once
     */
    record EventList(boolean success, List<EventView> events, String next, boolean more) {
        static EventList of(EventPage page) {
            return new EventList(
                    true,
                    page.events().stream().map(EventView::of).toList(),
                    page.next().toString(),
                    page.more());
        }
    }

    @GetMapping
    Mono<EventList> list(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @RequestParam MultiValueMap<String, String> parameters) {
        EventQuery query = EventQuery.of(parameters, clock.instant());
        return filterOf(tenant, query)
                .flatMap(filter -> read(tenant, query, filter, query.after())
                        .flatMap(page -> page.events().isEmpty() && !page.more() && query.waits()
                                ? await(tenant, query, filter, page)
                                : Mono.just(page)))
                .map(EventList::of);
    }

    private Mono<EventPage> read(TenantContext tenant, EventQuery query, EventFilter filter, @Nullable EventId after) {
        return reader.read(tenant.tenantId(), after, filter, query.limit(), MAX_BYTES);
    }

    /** Looks again at each event of the tenant until one is wanted, or the client has waited long enough. */
    private Mono<EventPage> await(TenantContext tenant, EventQuery query, EventFilter filter, EventPage empty) {
        AtomicReference<EventPage> last = new AtomicReference<>(empty);
        return Mono.using(
                () -> hub.join(tenant.tenantId()),
                feed -> Mono.firstWithSignal(
                                Mono.defer(() -> feed.news(last.get().next())).thenReturn(true),
                                hub.stopping().thenReturn(false))
                        .flatMap(news -> {
                            EventId head = feed.head();
                            return read(tenant, query, filter, last.get().next())
                                    .map(page -> page.notBefore(head))
                                    .doOnNext(last::set)
                                    .filter(page -> !news
                                            || page.more()
                                            || !page.events().isEmpty());
                        })
                        .repeatWhenEmpty(looks -> looks)
                        .timeout(query.patience(), Mono.fromSupplier(last::get)),
                hub::leave);
    }

    /**
     * Server-sent events, from now on or after the event that the client has got last. Not answered with JSON, whatever
     * {@code Accept} says.
     */
    @GetMapping("/stream")
    Mono<Void> stream(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @RequestParam MultiValueMap<String, String> parameters,
            @RequestHeader HttpHeaders headers,
            ServerWebExchange exchange) {
        EventQuery query = EventQuery.of(parameters, clock.instant());
        String last = headers.getFirst("Last-Event-ID");
        // A browser that opens its stream again says it in the header, and asks for the URL of before.
        EventId after = last == null || last.isEmpty()
                ? query.after()
                : EventPositions.id("Last-Event-ID", last, clock.instant());
        return filterOf(tenant, query).flatMap(filter -> streams.open(tenant, filter, after, exchange));
    }

    /** An error of 403 or 404 when the session that is asked for is not the tenant's. */
    private Mono<EventFilter> filterOf(TenantContext tenant, EventQuery query) {
        String sessionId = query.sessionId();
        return sessionId == null
                ? Mono.just(new EventFilter(query.types(), null))
                : sessions.find(tenant, sessionId).map(session -> new EventFilter(query.types(), session.id()));
    }
}
