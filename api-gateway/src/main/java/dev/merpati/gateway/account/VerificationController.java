package dev.merpati.gateway.account;

import dev.merpati.gateway.page.PageController;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.reactive.result.view.Rendering;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The page that the link of a mail leads to. Opening it changes nothing: mail filters open links, too. */
@PageController
class VerificationController {
    private final AddressVerification verification;
    private final DeviceCookie devices;

    VerificationController(AddressVerification verification, DeviceCookie devices) {
        this.verification = verification;
        this.devices = devices;
    }

    @GetMapping("/verify-email")
    Mono<Rendering> form(@RequestParam(value = "token", required = false) @Nullable String text) {
        return verification
                .find(MailedToken.parse(text))
                .map(account -> page(text, new FormErrors()))
                .defaultIfEmpty(PasswordResetController.linkIsOver());
    }

    @PostMapping("/verify-email")
    Mono<Rendering> verify(ServerWebExchange exchange) {
        return exchange.getFormData().flatMap(form -> {
            String text = FormErrors.field(form, "token");
            return verification
                    .find(MailedToken.parse(text))
                    .flatMap(account -> verification
                            .verify(account, FormErrors.field(form, "password"), Visitor.of(exchange))
                            .doOnNext(result -> {
                                if (result == AddressVerification.Result.VERIFIED) {
                                    devices.remember(exchange, addressOf(account));
                                }
                            }))
                    .map(result -> switch (result) {
                        case VERIFIED -> LoginController.redirect("/login?verified");
                        case WRONG_PASSWORD -> page(text, new FormErrors().add("password", "account.password.wrong"));
                        case OVER -> PasswordResetController.linkIsOver();
                    })
                    .defaultIfEmpty(PasswordResetController.linkIsOver());
        });
    }

    /** Which is the account's from now on. */
    private static String addressOf(Account account) {
        String pending = account.pendingEmail();
        return pending == null ? account.email() : pending;
    }

    private static Rendering page(@Nullable String token, FormErrors errors) {
        return Rendering.view("account/verify-email")
                .modelAttribute("token", token == null ? "" : token)
                .modelAttribute("errors", errors.byField())
                .status(errors.isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT)
                .build();
    }
}
