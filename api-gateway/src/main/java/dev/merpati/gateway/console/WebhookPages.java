package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.Actor;
import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.webhook.WebhookPings;
import dev.merpati.gateway.webhook.WebhookReplays;
import dev.merpati.gateway.webhook.WebhookRequest;
import dev.merpati.gateway.webhook.Webhooks;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The account's webhooks. A new secret is shown on the answer to its making and nowhere else. */
@PageController
class WebhookPages {
    private final ConsoleTenant console;
    private final Webhooks webhooks;
    private final WebhookPings pings;
    private final WebhookReplays replays;
    private final WebhookModel pages;
    private final Problem problem;

    WebhookPages(
            ConsoleTenant console,
            Webhooks webhooks,
            WebhookPings pings,
            WebhookReplays replays,
            WebhookModel pages,
            Problem problem) {
        this.console = console;
        this.webhooks = webhooks;
        this.pings = pings;
        this.replays = replays;
        this.pages = pages;
        this.problem = problem;
    }

    @GetMapping("/webhooks")
    Mono<String> list(ServerWebExchange exchange, Model model) {
        return console.of(exchange).flatMap(tenant -> pages.list(tenant, WebhookForm.EMPTY, model));
    }

    @PostMapping("/webhooks")
    Mono<String> create(ServerWebExchange exchange, Model model, Locale locale) {
        return Mono.zip(console.of(exchange), console.actor(exchange), exchange.getFormData())
                .flatMap(request -> {
                    TenantContext tenant = request.getT1();
                    WebhookForm form = WebhookForm.of(request.getT3());
                    return Mono.fromCallable(form::request)
                            .flatMap(wanted -> webhooks.create(tenant, wanted, Optional.empty(), request.getT2()))
                            .flatMap(made -> {
                                model.addAttribute("secret", made.secret());
                                return pages.one(tenant, made.webhook().id(), null, none(), model);
                            })
                            .onErrorResume(ApiException.class, failure -> {
                                problem.show(failure.error(), exchange, model, locale);
                                return pages.list(tenant, form, model);
                            });
                });
    }

    @GetMapping("/webhooks/{webhookId}")
    Mono<String> show(
            @PathVariable String webhookId,
            @RequestParam MultiValueMap<String, String> parameters,
            ServerWebExchange exchange,
            Model model) {
        return console.of(exchange).flatMap(tenant -> pages.one(tenant, webhookId, null, parameters, model));
    }

    @PostMapping("/webhooks/{webhookId}")
    Mono<String> change(@PathVariable String webhookId, ServerWebExchange exchange, Model model, Locale locale) {
        return Mono.zip(console.of(exchange), console.actor(exchange), exchange.getFormData())
                .flatMap(request -> {
                    WebhookForm form = WebhookForm.of(request.getT3());
                    return Mono.fromCallable(form::request)
                            .flatMap(wanted -> webhooks.change(request.getT1(), webhookId, wanted, request.getT2()))
                            .thenReturn("redirect:/webhooks/" + webhookId)
                            .onErrorResume(ApiException.class, failure -> {
                                if (isGone(failure)) {
                                    return Mono.error(failure);
                                }
                                problem.show(failure.error(), exchange, model, locale);
                                return pages.one(request.getT1(), webhookId, form, none(), model);
                            });
                });
    }

    @PostMapping("/webhooks/{webhookId}/enable")
    Mono<String> enable(@PathVariable String webhookId, ServerWebExchange exchange, Model model, Locale locale) {
        return turn(webhookId, true, exchange, model, locale);
    }

    @PostMapping("/webhooks/{webhookId}/disable")
    Mono<String> disable(@PathVariable String webhookId, ServerWebExchange exchange, Model model, Locale locale) {
        return turn(webhookId, false, exchange, model, locale);
    }

    private Mono<String> turn(
            String webhookId, boolean enabled, ServerWebExchange exchange, Model model, Locale locale) {
        WebhookRequest request = new WebhookRequest(null, null, null, null, null, enabled, null);
        return act(
                webhookId,
                exchange,
                model,
                locale,
                (tenant, actor) -> webhooks.change(tenant, webhookId, request, actor)
                        .thenReturn("redirect:/webhooks/" + webhookId));
    }

    @PostMapping("/webhooks/{webhookId}/rotate-secret")
    Mono<String> rotate(@PathVariable String webhookId, ServerWebExchange exchange, Model model, Locale locale) {
        return act(
                webhookId,
                exchange,
                model,
                locale,
                (tenant, actor) -> webhooks.rotateSecret(tenant.tenantId(), webhookId, actor)
                        .flatMap(made -> {
                            model.addAttribute("secret", made.secret());
                            model.addAttribute("rotated", true);
                            return pages.one(tenant, webhookId, null, none(), model);
                        }));
    }

    @PostMapping("/webhooks/{webhookId}/delete")
    Mono<String> delete(@PathVariable String webhookId, ServerWebExchange exchange, Model model, Locale locale) {
        return act(
                webhookId,
                exchange,
                model,
                locale,
                (tenant, actor) ->
                        webhooks.delete(tenant.tenantId(), webhookId, actor).thenReturn("redirect:/webhooks"));
    }

    @PostMapping("/webhooks/{webhookId}/replay")
    Mono<String> replay(@PathVariable String webhookId, ServerWebExchange exchange, Model model, Locale locale) {
        return act(
                webhookId,
                exchange,
                model,
                locale,
                (tenant, actor) -> exchange.getFormData()
                        .flatMap(form -> replays.begin(tenant.tenantId(), webhookId, WebhookForm.replayOf(form), actor))
                        .thenReturn("redirect:/webhooks/" + webhookId + "?replayed"));
    }

    /** Answers with the part of the page that says what came back, or with the whole page where there are no scripts. */
    @PostMapping("/webhooks/{webhookId}/test")
    Mono<String> test(@PathVariable String webhookId, ServerWebExchange exchange, Model model, Locale locale) {
        boolean part = exchange.getRequest().getHeaders().containsHeader("HX-Request");
        return console.of(exchange)
                .flatMap(tenant -> pings.send(tenant.tenantId(), webhookId)
                        .doOnNext(attempt -> model.addAttribute("tested", attempt))
                        .then()
                        .onErrorResume(ApiException.class, failure -> {
                            if (isGone(failure)) {
                                return Mono.error(failure);
                            }
                            // The part's own status stays 200: it is what says so.
                            model.addAttribute("testProblem", problem.of(failure.error(), locale));
                            return Mono.empty();
                        })
                        .then(Mono.defer(() -> part
                                ? Mono.just("console/webhook-test")
                                : pages.one(tenant, webhookId, null, none(), model))));
    }

    private interface Action {
        Mono<String> run(TenantContext tenant, Actor actor);
    }

    /** Does something to a webhook; what is wrong with it is shown on its page. */
    private Mono<String> act(String webhookId, ServerWebExchange exchange, Model model, Locale locale, Action action) {
        return Mono.zip(console.of(exchange), console.actor(exchange))
                .flatMap(request -> action.run(request.getT1(), request.getT2())
                        .onErrorResume(ApiException.class, failure -> {
                            if (isGone(failure)) {
                                return Mono.error(failure);
                            }
                            problem.show(failure.error(), exchange, model, locale);
                            return pages.one(request.getT1(), webhookId, null, none(), model);
                        }));
    }

    /** A form may name a session that is not found: that is shown with the form. */
    private static boolean isGone(ApiException failure) {
        return failure.error().status() == HttpStatus.NOT_FOUND
                && failure.error().code().equals("webhook_not_found");
    }

    private static MultiValueMap<String, String> none() {
        return new LinkedMultiValueMap<>();
    }
}
