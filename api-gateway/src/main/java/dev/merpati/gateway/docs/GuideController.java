package dev.merpati.gateway.docs;

import dev.merpati.gateway.auth.ConsoleIdentity;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.session.SessionAccess;
import java.util.Locale;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The guide, and the page to try calls. */
@PageController
class GuideController {
    private static final String NO_SESSION = "YOUR_SESSION_ID";

    private final ApiDescription description;
    private final PublicUrl url;
    private final ConsoleIdentity console;
    private final SessionAccess sessions;

    GuideController(ApiDescription description, PublicUrl url, ConsoleIdentity console, SessionAccess sessions) {
        this.description = description;
        this.url = url;
        this.console = console;
        this.sessions = sessions;
    }

    /** Shows the guide, with the first session of whoever is logged in; without it when it cannot be found now. */
    @GetMapping("/docs")
    Mono<String> guide(ServerHttpRequest request, Locale locale, Model model) {
        return console.tenantId()
                .flatMap(sessions::firstOf)
                .onErrorComplete()
                .defaultIfEmpty(NO_SESSION)
                // The page is long: its rendering, which goes on where this emits, must not hold up an event loop.
                .publishOn(Schedulers.boundedElastic())
                .map(sessionId -> {
                    String baseUrl = url.of(request);
                    model.addAttribute("baseUrl", baseUrl);
                    model.addAttribute("guide", GuidePage.of(description, locale.getLanguage(), baseUrl, sessionId));
                    return "docs";
                });
    }

    @GetMapping("/docs/try")
    String tryCalls() {
        return "docs-try";
    }
}
