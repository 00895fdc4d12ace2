package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.conversation.Conversations;
import dev.merpati.gateway.session.SessionAccess;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Keeps open pages of chats up to date by Server-Sent Events. Looks whether the session has a new event, and reads its chats
 * only then.
 */
@RestController
class ChatLiveController {
    /** What a look costs grows with how far back the page goes; so does the pause before the next. */
    private static final Duration PAUSE_PER_STEP = Duration.ofSeconds(1);

    private final ConsoleTenant console;
    private final SessionAccess sessions;
    private final Conversations conversations;
    private final ChatView view;
    private final LiveStreams streams;

    ChatLiveController(
            ConsoleTenant console,
            SessionAccess sessions,
            Conversations conversations,
            ChatView view,
            LiveStreams streams) {
        this.console = console;
        this.sessions = sessions;
        this.conversations = conversations;
        this.view = view;
        this.streams = streams;
    }

    /**
     * Tells what changes on the page.
     *
     * @param have what the page showed when it was opened
     * @param last what the browser was told last, when it comes back
     */
    @GetMapping(path = "/sessions/{sessionId}/chats/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> live(
            @PathVariable String sessionId,
            @RequestParam(required = false) @Nullable String chat,
            @RequestParam(required = false) @Nullable String steps,
            @RequestParam(defaultValue = "") String have,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last,
            ServerWebExchange exchange,
            Locale locale) {
        return console.of(exchange)
                .flatMapMany(tenant -> sessions.find(tenant, sessionId).flatMapMany(session -> {
                    ChatView.Place place = ChatView.Place.of(session.id(), chat, steps);
                    ChatUpdates updates = new ChatUpdates(view, place, locale, last == null ? have : last);
                    return streams.open(
                            tenant,
                            look(tenant, sessionId, place, updates)
                                    .repeatWhen(
                                            looks -> looks.delayElements(PAUSE_PER_STEP.multipliedBy(place.steps()))));
                }));
    }

    private Flux<ServerSentEvent<String>> look(
            TenantContext tenant, String sessionId, ChatView.Place place, ChatUpdates updates) {
        return Flux.defer(() -> sessions.find(tenant, sessionId)
                .flatMap(session -> conversations.youngest(tenant.tenantId(), session.id()))
                .filter(updates::isNews)
                .flatMap(id -> conversations
                        .read(tenant.tenantId(), place.sessionId(), place.steps())
                        .publishOn(Schedulers.boundedElastic())
                        .map(chats -> updates.of(id, chats)))
                .flatMapIterable(events -> events));
    }
}
