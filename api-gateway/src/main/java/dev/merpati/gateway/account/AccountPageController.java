package dev.merpati.gateway.account;

import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.removal.TenantRemoval;
import dev.merpati.gateway.security.BrowserSession;
import dev.merpati.gateway.security.SignedIn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.reactive.result.view.Rendering;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The page on which people look after their account. What matters is done only with the password, asked for again. */
@PageController
class AccountPageController {
    /** What a redirect to this page says by its query parameter {@code done}. */
    private static final Set<String> NOTICES =
            Set.of("name", "email", "email-pending", "password", "password-weak", "factor-off", "logins");

    private static final String OTHERS = "others";

    private final AccountStore accounts;
    private final AccountChanges changes;
    private final PasswordRules rules;
    private final BrowserSession sessions;
    private final TenantRemoval removal;

    AccountPageController(
            AccountStore accounts,
            AccountChanges changes,
            PasswordRules rules,
            BrowserSession sessions,
            TenantRemoval removal) {
        this.accounts = accounts;
        this.changes = changes;
        this.rules = rules;
        this.sessions = sessions;
        this.removal = removal;
    }

    @GetMapping("/account")
    Mono<Rendering> show(ServerWebExchange exchange) {
        String done = exchange.getRequest().getQueryParams().getFirst("done");
        String notice = done != null && NOTICES.contains(done) ? "account.done." + done : "";
        return current().flatMap(account -> page(exchange, account, Map.of(), new FormErrors(), notice));
    }

    @PostMapping("/account/name")
    Mono<Rendering> rename(ServerWebExchange exchange) {
        return form(exchange, (account, form) -> {
            String name = FormErrors.field(form, "name").strip();
            return SignUpController.isName(name)
                    ? changes.rename(account, name, Visitor.of(exchange)).thenReturn(done("name"))
                    : refused(exchange, account, Map.of("name", name), "name", "account.name.invalid");
        });
    }

    @PostMapping("/account/email")
    Mono<Rendering> changeEmail(ServerWebExchange exchange) {
        return form(exchange, (account, form) -> {
            String email = EmailAddress.normalize(FormErrors.field(form, "email"));
            Map<String, String> values = Map.of("email", email);
            if (!EmailAddress.isValid(email) || email.equals(account.email())) {
                return refused(exchange, account, values, "email", "account.email.invalid");
            }
            return withPassword(
                    exchange,
                    account,
                    form,
                    "email-password",
                    values,
                    () -> changes.changeEmail(account, email, Visitor.of(exchange))
                            .map(pending -> done(pending ? "email-pending" : "email")));
        });
    }

    @PostMapping("/account/password")
    Mono<Rendering> changePassword(ServerWebExchange exchange) {
        return form(exchange, (account, form) -> {
            String password = FormErrors.field(form, "new-password");
            return withPassword(
                    exchange,
                    account,
                    form,
                    "current-password",
                    Map.of(),
                    () -> rules.objection(password, account.email(), account.name())
                            .flatMap(objection -> objection.isPresent()
                                    ? refused(exchange, account, Map.of(), "new-password", objection.get())
                                    : setPassword(exchange, account, password)));
        });
    }

    private Mono<Rendering> setPassword(ServerWebExchange exchange, Account account, String password) {
        return changes.changePassword(account, password, Visitor.of(exchange))
                .flatMap(version -> sessions.renew(exchange, version).thenReturn(done("password")))
                .switchIfEmpty(Mono.fromSupplier(() -> LoginController.redirect("/login?expired")));
    }

    /** Ends the login that the field {@code login} names, or all but this one. */
    @PostMapping("/account/logins")
    Mono<Rendering> endLogins(ServerWebExchange exchange) {
        return form(
                exchange,
                (account, form) -> withPassword(
                        exchange,
                        account,
                        form,
                        "logins-password",
                        Map.of(),
                        () -> endLogins(exchange, account, FormErrors.field(form, "login"))
                                .thenReturn(done("logins"))));
    }

    private Mono<Void> endLogins(ServerWebExchange exchange, Account account, String which) {
        Visitor visitor = Visitor.of(exchange);
        return which.equals(OTHERS)
                ? changes.endOtherLogins(account, visitor).flatMap(version -> sessions.renew(exchange, version))
                : changes.endLogin(account, which, visitor);
    }

    @PostMapping("/account/delete")
    Mono<Rendering> delete(ServerWebExchange exchange) {
        return form(
                exchange,
                (account, form) -> withPassword(
                        exchange,
                        account,
                        form,
                        "delete-password",
                        Map.of(),
                        () -> removal.begin(
                                        account.tenantId(),
                                        new AuditEvent(
                                                account.email(),
                                                "account.deleted",
                                                account.tenantId(),
                                                Visitor.of(exchange).address()))
                                .then(sessions.logOut(exchange))
                                .thenReturn(LoginController.redirect("/login?deleted"))));
    }

    private Mono<Rendering> withPassword(
            ServerWebExchange exchange,
            Account account,
            MultiValueMap<String, String> form,
            String field,
            Map<String, String> values,
            Supplier<Mono<Rendering>> then) {
        return changes.isPassword(account, FormErrors.field(form, field))
                .flatMap(right ->
                        right ? then.get() : refused(exchange, account, values, field, "account.password.wrong"));
    }

    private Mono<Rendering> form(
            ServerWebExchange exchange, BiFunction<Account, MultiValueMap<String, String>, Mono<Rendering>> then) {
        return Mono.zip(current(), exchange.getFormData())
                .flatMap(both -> then.apply(both.getT1(), both.getT2()))
                .switchIfEmpty(Mono.fromSupplier(() -> LoginController.redirect("/login?expired")));
    }

    private Mono<Account> current() {
        return SignedIn.current().flatMap(signedIn -> accounts.find(signedIn.tenantId()));
    }

    private static Rendering done(String what) {
        return LoginController.redirect("/account?done=" + what);
    }

    private Mono<Rendering> refused(
            ServerWebExchange exchange, Account account, Map<String, String> values, String field, String messageKey) {
        return page(exchange, account, values, new FormErrors().add(field, messageKey), "");
    }

    private Mono<Rendering> page(
            ServerWebExchange exchange, Account account, Map<String, String> values, FormErrors errors, String notice) {
        Map<String, String> shown = new HashMap<>(Map.of("name", account.name()));
        shown.putAll(values);
        return sessions.logins(exchange, account.tenantId())
                .defaultIfEmpty(List.of())
                .map(logins -> Rendering.view("account/account")
                        .modelAttribute("email", account.email())
                        .modelAttribute("pendingEmail", account.pendingEmail() == null ? "" : account.pendingEmail())
                        .modelAttribute("secondFactor", account.hasSecondFactor())
                        .modelAttribute("logins", logins)
                        .modelAttribute("values", shown)
                        .modelAttribute("errors", errors.byField())
                        .modelAttribute("notice", notice)
                        .status(errors.isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT)
                        .build());
    }
}
