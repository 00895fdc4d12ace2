package dev.merpati.gateway.event;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.session.SessionAccess;
import java.time.Clock;
import java.util.List;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The tenant's events, page by page. */
@RestController
@RequestMapping("/api/events")
class EventController {
    /** Of data in one answer; an event is some hundred bytes, a text or a QR code some thousand. */
    private static final long MAX_BYTES = 1024 * 1024;

    private final EventReader reader;
    private final SessionAccess sessions;
    private final Clock clock;

    EventController(EventReader reader, SessionAccess sessions, Clock clock) {
        this.reader = reader;
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
                .flatMap(filter -> reader.read(tenant.tenantId(), query.after(), filter, query.limit(), MAX_BYTES))
                .map(EventList::of);
    }

    /** An error of 403 or 404 when the session that is asked for is not the tenant's. */
    private Mono<EventFilter> filterOf(TenantContext tenant, EventQuery query) {
        String sessionId = query.sessionId();
        return sessionId == null
                ? Mono.just(new EventFilter(query.types(), null))
                : sessions.find(tenant, sessionId).map(session -> new EventFilter(query.types(), session.id()));
    }
}
