package dev.merpati.gateway.account;

import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.security.BrowserSession;
import dev.merpati.gateway.security.LocalPath;
import dev.merpati.gateway.security.SignedIn;
import dev.merpati.model.qr.QrImage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.reactive.result.view.Rendering;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The pages of the second factor: at the login, and to turn it on and off. */
@PageController
class SecondFactorController {
    private final AccountStore accounts;
    private final AccountChanges changes;
    private final SecondFactor factor;
    private final LogIn logIn;
    private final BrowserSession sessions;
    private final DeviceCookie devices;

    SecondFactorController(
            AccountStore accounts,
            AccountChanges changes,
            SecondFactor factor,
            LogIn logIn,
            BrowserSession sessions,
            DeviceCookie devices) {
        this.accounts = accounts;
        this.changes = changes;
        this.factor = factor;
        this.logIn = logIn;
        this.sessions = sessions;
        this.devices = devices;
    }

    @GetMapping("/login/second-factor")
    Mono<Rendering> askForm(
            ServerWebExchange exchange, @RequestParam(value = "next", required = false) @Nullable String next) {
        return awaited(exchange)
                .map(account -> askPage(LocalPath.orStart(next), new FormErrors()))
                .defaultIfEmpty(LoginController.redirect("/login?expired"));
    }

    @PostMapping("/login/second-factor")
    Mono<Rendering> ask(ServerWebExchange exchange) {
        return Mono.zip(awaited(exchange), exchange.getFormData())
                .flatMap(both -> {
                    Account account = both.getT1();
                    String next = LocalPath.orStart(both.getT2().getFirst("next"));
                    Optional<String> device = devices.deviceOf(exchange, account.email());
                    Visitor visitor = Visitor.of(exchange);
                    return factor.use(account, FormErrors.field(both.getT2(), "code"), device, visitor)
                            .flatMap(right -> right
                                    ? logIn(exchange, account, device, visitor)
                                            .thenReturn(LoginController.redirect(next))
                                    : Mono.just(askPage(next, new FormErrors().add("code", "factor.code.wrong"))));
                })
                .defaultIfEmpty(LoginController.redirect("/login?expired"));
    }

    private Mono<Void> logIn(ServerWebExchange exchange, Account account, Optional<String> device, Visitor visitor) {
        devices.remember(exchange, account.email());
        return logIn.completed(account, device, visitor)
                .then(sessions.logIn(exchange, LoginController.loginOf(account)));
    }

    /** The account whose password this browser has given, unless it has changed meanwhile. */
    private Mono<Account> awaited(ServerWebExchange exchange) {
        return sessions.awaitedSecondFactor(exchange)
                .flatMap(begun -> accounts.find(begun.tenantId())
                        .filter(account -> account.isActive()
                                && account.credentialVersion().equals(begun.version())));
    }

    @GetMapping("/account/second-factor")
    Mono<Rendering> show() {
        return current().map(account -> page(account, new FormErrors(), List.of()));
    }

    @PostMapping("/account/second-factor")
    Mono<Rendering> begin(ServerWebExchange exchange) {
        return withPassword(
                exchange,
                account -> factor.begin(account).thenReturn(LoginController.redirect("/account/second-factor")));
    }

    @PostMapping("/account/second-factor/confirm")
    Mono<Rendering> confirm(ServerWebExchange exchange) {
        return Mono.zip(current(), exchange.getFormData()).flatMap(both -> {
            Account account = both.getT1();
            return factor.confirm(account, FormErrors.field(both.getT2(), "code"), Visitor.of(exchange))
                    .flatMap(enrolled -> sessions.renew(exchange, enrolled.version())
                            .thenReturn(page(account, new FormErrors(), enrolled.recoveryCodes())))
                    .switchIfEmpty(Mono.fromSupplier(
                            () -> page(account, new FormErrors().add("code", "factor.code.wrong"), List.of())));
        });
    }

    @PostMapping("/account/second-factor/off")
    Mono<Rendering> turnOff(ServerWebExchange exchange) {
        return withPassword(
                exchange,
                account -> factor.turnOff(account, Visitor.of(exchange))
                        .flatMap(version -> sessions.renew(exchange, version))
                        .thenReturn(LoginController.redirect("/account?done=factor-off")));
    }

    private Mono<Rendering> withPassword(ServerWebExchange exchange, Function<Account, Mono<Rendering>> then) {
        return Mono.zip(current(), exchange.getFormData()).flatMap(both -> {
            Account account = both.getT1();
            return changes.isPassword(account, FormErrors.field(both.getT2(), "password"))
                    .flatMap(right -> right
                            ? then.apply(account)
                            : Mono.just(page(
                                    account, new FormErrors().add("password", "account.password.wrong"), List.of())));
        });
    }

    private Mono<Account> current() {
        return SignedIn.current().flatMap(signedIn -> accounts.find(signedIn.tenantId()));
    }

    private static Rendering askPage(String next, FormErrors errors) {
        return Rendering.view("account/ask-second-factor")
                .modelAttribute("next", next)
                .modelAttribute("errors", errors.byField())
                .status(errors.isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT)
                .build();
    }

    private Rendering page(Account account, FormErrors errors, List<String> recoveryCodes) {
        Rendering.Builder<?> page = Rendering.view("account/second-factor")
                .modelAttribute("on", account.hasSecondFactor())
                .modelAttribute("left", account.recoveryCodes().size())
                .modelAttribute("recoveryCodes", recoveryCodes)
                .modelAttribute("errors", errors.byField())
                .status(errors.isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT);
        if (recoveryCodes.isEmpty()) {
            factor.pending(account)
                    .ifPresent(secret -> page.modelAttribute("secret", Totp.base32(secret))
                            .modelAttribute("qr", QrImage.dataUrl(QrImage.png(Totp.uri(secret, account.email())))));
        }
        return page.build();
    }
}
