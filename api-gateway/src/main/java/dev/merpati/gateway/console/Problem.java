package dev.merpati.gateway.console;

import dev.merpati.gateway.error.ApiError;
import java.util.Locale;
import java.util.Objects;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;
import org.springframework.web.server.ServerWebExchange;

/** Says errors of the API in plain words of the reader's language; what has no words of its own is said as the API says it. */
@Component
class Problem {
    private final MessageSource texts;

    Problem(MessageSource texts) {
        this.texts = texts;
    }

    /** Has the page that is answered say what is wrong, with the error's status. */
    void show(ApiError error, ServerWebExchange exchange, Model model, Locale locale) {
        exchange.getResponse().setStatusCode(error.status());
        model.addAttribute("problem", of(error, locale));
    }

    String of(ApiError error, Locale locale) {
        return of(error.code(), error.message(), locale);
    }

    /** @param otherwise what the API says, for a code that has no words of its own */
    String of(String code, String otherwise, Locale locale) {
        return Objects.requireNonNullElse(texts.getMessage("problem." + code, null, otherwise, locale), otherwise);
    }
}
