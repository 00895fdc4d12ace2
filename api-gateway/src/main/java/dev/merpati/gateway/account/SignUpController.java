package dev.merpati.gateway.account;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.page.PageController;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.reactive.result.view.Rendering;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The page on which people sign up. */
@PageController
class SignUpController {
    private static final int LONGEST_NAME = 100;

    private final SignUp signUp;
    private final AccountSettings settings;

    SignUpController(SignUp signUp, AccountSettings settings) {
        this.signUp = signUp;
        this.settings = settings;
    }

    @GetMapping("/signup")
    Mono<Rendering> form() {
        return Mono.fromSupplier(() -> {
            requireOpen();
            return page("", "", new FormErrors());
        });
    }

    @PostMapping("/signup")
    Mono<Rendering> signUp(ServerWebExchange exchange) {
        requireOpen();
        return exchange.getFormData().flatMap(form -> {
            String name = FormErrors.field(form, "name").strip();
            String email = EmailAddress.normalize(FormErrors.field(form, "email"));
            String password = FormErrors.field(form, "password");
            FormErrors errors = check(name, email, password);
            return errors.isEmpty()
                    ? signUp.signUp(name, email, password, Visitor.of(exchange))
                            .map(objection -> objection.isEmpty()
                                    ? LoginController.redirect("/login?signed-up")
                                    : page(name, email, errors.add("password", objection)))
                    : Mono.just(page(name, email, errors));
        });
    }

    private static FormErrors check(String name, String email, String password) {
        FormErrors errors = new FormErrors();
        if (!isName(name)) {
            errors.add("name", "account.name.invalid");
        }
        if (!EmailAddress.isValid(email)) {
            errors.add("email", "account.email.invalid");
        }
        return errors.add("password", PasswordRules.formObjection(password, email));
    }

    /** Whether it can be shown in one line. */
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.codePointCount(0, name.length()) <= LONGEST_NAME
                && name.codePoints().noneMatch(Character::isISOControl);
    }

    private static Rendering page(String name, String email, FormErrors errors) {
        return Rendering.view("account/signup")
                .modelAttribute("errors", errors.byField())
                .modelAttribute("values", Map.of("name", name, "email", email))
                .status(errors.isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT)
                .build();
    }

    private void requireOpen() {
        if (!settings.signUp()) {
            throw ApiError.of(
                            HttpStatus.NOT_FOUND,
                            "sign_up_closed",
                            "Accounts are made by the operator of this service: ask there")
                    .exception();
        }
    }
}
