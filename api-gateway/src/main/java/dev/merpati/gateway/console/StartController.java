package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.ConsoleIdentity;
import dev.merpati.gateway.page.PageController;
import org.springframework.web.bind.annotation.GetMapping;
import reactor.core.publisher.Mono;

/** The first page: what this is for whoever is not logged in, else the sessions. */
@PageController
class StartController {
    private final ConsoleIdentity console;

    StartController(ConsoleIdentity console) {
        this.console = console;
    }

    @GetMapping("/")
    Mono<String> start() {
        return console.tenantId().map(tenantId -> "redirect:/sessions").defaultIfEmpty("start");
    }
}
