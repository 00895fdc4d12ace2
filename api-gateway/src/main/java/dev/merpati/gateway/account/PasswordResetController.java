package dev.merpati.gateway.account;

import dev.merpati.gateway.page.PageController;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.reactive.result.view.Rendering;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The pages for a forgotten password. */
@PageController
class PasswordResetController {
    private final PasswordReset resets;
    private final DeviceCookie devices;

    PasswordResetController(PasswordReset resets, DeviceCookie devices) {
        this.resets = resets;
        this.devices = devices;
    }

    @GetMapping("/forgot-password")
    Rendering askForm() {
        return askPage("", new FormErrors(), false);
    }

    @PostMapping("/forgot-password")
    Mono<Rendering> ask(ServerWebExchange exchange) {
        return exchange.getFormData().flatMap(form -> {
            String email = EmailAddress.normalize(FormErrors.field(form, "email"));
            return EmailAddress.isValid(email)
                    ? resets.ask(email, Visitor.of(exchange)).thenReturn(askPage("", new FormErrors(), true))
                    : Mono.just(askPage(email, new FormErrors().add("email", "account.email.invalid"), false));
        });
    }

    @GetMapping("/reset-password")
    Mono<Rendering> resetForm(@RequestParam(value = "token", required = false) @Nullable String text) {
        return resets.find(MailedToken.parse(text))
                .map(account -> resetPage(text, new FormErrors()))
                .defaultIfEmpty(linkIsOver());
    }

    @PostMapping("/reset-password")
    Mono<Rendering> reset(ServerWebExchange exchange) {
        return exchange.getFormData().flatMap(form -> {
            String text = FormErrors.field(form, "token");
            String password = FormErrors.field(form, "password");
            return resets.find(MailedToken.parse(text))
                    .flatMap(account -> resets.objection(account, password)
                            .flatMap(objection -> objection.isPresent()
                                    ? Mono.just(resetPage(text, new FormErrors().add("password", objection)))
                                    : set(exchange, account, password)))
                    .defaultIfEmpty(linkIsOver());
        });
    }

    /** Whoever can read the account's mails is no stranger to it any more, so that its tries are not those of strangers. */
    private Mono<Rendering> set(ServerWebExchange exchange, Account account, String password) {
        return resets.reset(account, password, Visitor.of(exchange)).map(done -> {
            if (!done) {
                return linkIsOver();
            }
            devices.remember(exchange, account.email());
            return LoginController.redirect("/login?reset");
        });
    }

    private static Rendering askPage(String email, FormErrors errors, boolean sent) {
        return Rendering.view("account/forgot-password")
                .modelAttribute("values", Map.of("email", email))
                .modelAttribute("errors", errors.byField())
                .modelAttribute("sent", sent)
                .status(errors.isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT)
                .build();
    }

    private static Rendering resetPage(@Nullable String token, FormErrors errors) {
        return Rendering.view("account/reset-password")
                .modelAttribute("token", token == null ? "" : token)
                .modelAttribute("errors", errors.byField())
                .status(errors.isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT)
                .build();
    }

    static Rendering linkIsOver() {
        return Rendering.view("account/link-over").status(HttpStatus.GONE).build();
    }
}
