package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.ApiKeyRecord;
import dev.merpati.gateway.auth.KeyForm;
import dev.merpati.gateway.auth.Scope;
import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.auth.TenantKeys;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.session.SessionAccess;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The account's API keys. A new one is shown on the answer to its making and nowhere else. */
@PageController
class KeyPages {
    private static final String NO_SESSION = "YOUR_SESSION_ID";

    private final ConsoleTenant console;
    private final TenantKeys keys;
    private final SessionAccess sessions;
    private final ConsoleSnippets snippets;
    private final Problem problem;
    private final Clock clock;

    KeyPages(
            ConsoleTenant console,
            TenantKeys keys,
            SessionAccess sessions,
            ConsoleSnippets snippets,
            Problem problem,
            Clock clock) {
        this.console = console;
        this.keys = keys;
        this.sessions = sessions;
        this.snippets = snippets;
        this.problem = problem;
        this.clock = clock;
    }

    /** A key as the table shows it. */
    record Row(TenantKeys.UsedKey key, List<String> scopes, boolean expired) {}

    @GetMapping("/keys")
    Mono<String> list(ServerWebExchange exchange, Model model) {
        return console.of(exchange).flatMap(tenant -> fill(tenant, model));
    }

    @PostMapping("/keys")
    Mono<String> create(ServerWebExchange exchange, Model model, Locale locale) {
        return Mono.zip(console.of(exchange), console.actor(exchange), exchange.getFormData())
                .flatMap(request -> Mono.fromCallable(() -> wanted(request.getT3()))
                        .flatMap(wanted -> keys.create(request.getT1().tenantId(), wanted, request.getT2()))
                        .zipWith(sessions.firstOf(request.getT1().tenantId()).defaultIfEmpty(NO_SESSION))
                        .doOnNext(made -> {
                            String apiKey = made.getT1().apiKey();
                            model.addAttribute("made", made.getT1());
                            model.addAttribute("snippets", snippets.send(exchange, made.getT2(), apiKey));
                        })
                        .then()
                        .onErrorResume(ApiException.class, failure -> {
                            problem.show(failure.error(), exchange, model, locale);
                            return Mono.empty();
                        })
                        .then(Mono.defer(() -> fill(request.getT1(), model))));
    }

    @PostMapping("/keys/{keyId}/revoke")
    Mono<String> revoke(@PathVariable String keyId, ServerWebExchange exchange) {
        return Mono.zip(console.of(exchange), console.actor(exchange))
                .flatMap(request -> keys.revoke(request.getT1().tenantId(), keyId, request.getT2()))
                .thenReturn("redirect:/keys");
    }

    private TenantKeys.NewKey wanted(MultiValueMap<String, String> form) {
        String days = form.toSingleValueMap().getOrDefault("days", "");
        return KeyForm.of(
                form.toSingleValueMap().getOrDefault("name", ""),
                form.getOrDefault("scopes", List.of()),
                days.matches("[0-9]{1,4}") && Integer.parseInt(days) > 0
                        ? clock.instant().plus(Duration.ofDays(Integer.parseInt(days)))
                        : null,
                form.containsKey("test"));
    }

    private Mono<String> fill(TenantContext tenant, Model model) {
        return keys.list(tenant.tenantId())
                .map(this::rowOf)
                .collectList()
                .doOnNext(rows -> {
                    model.addAttribute("rows", rows);
                    model.addAttribute(
                            "scopes",
                            Arrays.stream(Scope.values()).map(Scope::wireName).toList());
                    model.addAttribute("testKeys", keys.testKeysAllowed());
                })
                .thenReturn("console/keys");
    }

    private Row rowOf(TenantKeys.UsedKey key) {
        ApiKeyRecord record = key.record();
        return new Row(key, TenantKeys.namesOf(record.scopes()), record.isExpired(clock.instant()));
    }
}
