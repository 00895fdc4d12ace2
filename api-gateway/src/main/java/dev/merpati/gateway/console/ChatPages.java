package dev.merpati.gateway.console;

import dev.merpati.gateway.conversation.Chat;
import dev.merpati.gateway.conversation.Conversations;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.session.SessionAccess;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What was said in the chats of a session. {@link ChatLiveController} keeps the page up to date. */
@PageController
class ChatPages {
    private final ConsoleTenant console;
    private final SessionAccess sessions;
    private final Conversations conversations;
    private final ChatView view;

    ChatPages(ConsoleTenant console, SessionAccess sessions, Conversations conversations, ChatView view) {
        this.console = console;
        this.sessions = sessions;
        this.conversations = conversations;
        this.view = view;
    }

    @GetMapping("/sessions/{sessionId}/chats")
    Mono<String> show(
            @PathVariable String sessionId,
            @RequestParam(required = false) @Nullable String chat,
            @RequestParam(required = false) @Nullable String steps,
            ServerWebExchange exchange,
            Model model,
            Locale locale) {
        return console.of(exchange)
                .flatMap(tenant -> sessions.find(tenant, sessionId).flatMap(session -> {
                    ChatView.Place place = ChatView.Place.of(session.id(), chat, steps);
                    return conversations
                            .read(tenant.tenantId(), session.id(), place.steps())
                            // Folding and rendering, which goes on where this emits, must not hold up an event loop.
                            .publishOn(Schedulers.boundedElastic())
                            .doOnNext(chats -> {
                                Chat chosen = place.chat() == null
                                        ? null
                                        : chats.find(place.chat()).orElse(null);
                                List<ChatView.Row> rows = view.rows(chosen, locale);
                                model.addAttribute("name", session.name());
                                model.addAttribute("place", place);
                                model.addAttribute("chats", chats.chats());
                                model.addAttribute("chosen", chosen);
                                model.addAttribute("rows", rows);
                                model.addAttribute("older", chats.older());
                                model.addAttribute("mostSteps", Conversations.MOST_STEPS);
                                model.addAttribute("have", ChatView.versionOf(chats) + "." + ChatView.versionOf(rows));
                            });
                }))
                .thenReturn("console/chats");
    }
}
