package dev.merpati.gateway.console;

import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.page.PageController;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The account's audit log. */
@PageController
class AuditPages {
    private static final int PAGE = 50;

    private final ConsoleTenant console;
    private final AuditLog audit;

    AuditPages(ConsoleTenant console, AuditLog audit) {
        this.console = console;
        this.audit = audit;
    }

    @GetMapping("/audit")
    Mono<String> list(
            @RequestParam(required = false) @Nullable String before, ServerWebExchange exchange, Model model) {
        return console.of(exchange)
                .flatMap(tenant -> audit.read(tenant.tenantId(), before, PAGE)
                        .collectList()
                        .doOnNext(entries -> {
                            model.addAttribute("entries", entries);
                            model.addAttribute("more", entries.size() == PAGE);
                        })
                        .thenReturn("console/audit"));
    }
}
