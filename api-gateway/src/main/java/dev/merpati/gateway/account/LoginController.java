package dev.merpati.gateway.account;

import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.security.BrowserSession;
import dev.merpati.gateway.security.LocalPath;
import dev.merpati.gateway.security.SignedIn;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.reactive.result.view.Rendering;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The pages on which people log in and out. */
@PageController
class LoginController {
    /** What a redirect to the login page says by a query parameter; {@code expired} comes from the security filter. */
    private static final Set<String> NOTICES =
            Set.of("expired", "signed-up", "logged-out", "reset", "verified", "deleted");

    private final LogIn logIn;
    private final PasswordRules rules;
    private final AccountAudit audit;
    private final BrowserSession sessions;
    private final DeviceCookie devices;
    private final AccountSettings settings;

    LoginController(
            LogIn logIn,
            PasswordRules rules,
            AccountAudit audit,
            BrowserSession sessions,
            DeviceCookie devices,
            AccountSettings settings) {
        this.logIn = logIn;
        this.rules = rules;
        this.audit = audit;
        this.sessions = sessions;
        this.devices = devices;
        this.settings = settings;
    }

    @GetMapping("/login")
    Mono<Rendering> form(
            ServerWebExchange exchange, @RequestParam(value = "next", required = false) @Nullable String next) {
        String notice = exchange.getRequest().getQueryParams().keySet().stream()
                .filter(NOTICES::contains)
                .findFirst()
                .map(name -> "login.notice." + name)
                .orElse("");
        return SignedIn.current()
                .map(signedIn -> redirect(LocalPath.orStart(next)))
                .switchIfEmpty(Mono.fromSupplier(() -> page("", next, notice, "", HttpStatus.OK)));
    }

    @PostMapping("/login")
    Mono<Rendering> logIn(ServerWebExchange exchange) {
        return exchange.getFormData().flatMap(form -> {
            String email = EmailAddress.normalize(FormErrors.field(form, "email"));
            String next = FormErrors.field(form, "next");
            Optional<String> device = devices.deviceOf(exchange, email);
            String password = FormErrors.field(form, "password");
            return logIn.logIn(email, password, device, Visitor.of(exchange))
                    .flatMap(result -> answer(exchange, result, email, password, next));
        });
    }

    private Mono<Rendering> answer(
            ServerWebExchange exchange, LogIn.Result result, String email, String password, String next) {
        return switch (result) {
            case LogIn.Result.Passed passed -> {
                devices.remember(exchange, email);
                yield sessions.logIn(exchange, loginOf(passed.account()))
                        .then(placeAfter(passed.account(), password, next));
            }
            case LogIn.Result.NeedsSecondFactor needed ->
                sessions.awaitSecondFactor(exchange, loginOf(needed.account()))
                        .thenReturn(redirect("/login/second-factor?next="
                                + URLEncoder.encode(LocalPath.orStart(next), StandardCharsets.UTF_8)));
            case LogIn.Result.Unverified unverified ->
                Mono.just(page(email, next, "", "login.error.unverified", HttpStatus.FORBIDDEN));
            case LogIn.Result.Suspended suspended ->
                Mono.just(page(email, next, "", "login.error.suspended", HttpStatus.FORBIDDEN));
            case LogIn.Result.Refused refused ->
                Mono.just(page(email, next, "", "login.error.refused", HttpStatus.UNPROCESSABLE_CONTENT));
        };
    }

    /** Where to go on; to the account page first, with advice, for whoever has an older password that is easily guessed. */
    private Mono<Rendering> placeAfter(Account account, String password, String next) {
        String place = LocalPath.orStart(next);
        return place.equals(LocalPath.START)
                ? rules.objection(password, account.email(), account.name())
                        .onErrorReturn(ApiException.class, Optional.empty())
                        .map(objection -> redirect(objection.isEmpty() ? place : "/account?done=password-weak"))
                : Mono.just(redirect(place));
    }

    @PostMapping("/logout")
    Mono<Rendering> logOut(ServerWebExchange exchange) {
        return SignedIn.current()
                .flatMap(signedIn -> audit.note(
                        signedIn.tenantId(),
                        signedIn.email(),
                        "logout",
                        "",
                        Visitor.of(exchange).address()))
                .then(sessions.logOut(exchange))
                .thenReturn(redirect("/login?logged-out"));
    }

    static BrowserSession.Login loginOf(Account account) {
        return new BrowserSession.Login(account.tenantId(), account.credentialVersion());
    }

    static Rendering redirect(String path) {
        return Rendering.redirectTo(path).build();
    }

    private Rendering page(String email, @Nullable String next, String notice, String error, HttpStatus status) {
        return Rendering.view("account/login")
                .modelAttribute("values", Map.of("email", email))
                .modelAttribute("next", LocalPath.orStart(next))
                .modelAttribute("notice", notice)
                .modelAttribute("error", error)
                .modelAttribute("signUp", settings.signUp())
                .status(status)
                .build();
    }
}
