package dev.merpati.gateway.page;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.SimpleLocaleContext;
import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.server.i18n.LocaleContextResolver;

/**
 * Finds the language and the theme of a page: what the query parameters {@code lang} and {@code theme} say, which is kept in
 * a cookie, else what the browser wants. A value that we do not have counts as none.
 */
@Component(WebHttpHandlerBuilder.LOCALE_CONTEXT_RESOLVER_BEAN_NAME)
public final class Preferences implements LocaleContextResolver {
    /** The languages of the pages, the default first. */
    public static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.of("id"));

    private static final String LANGUAGE = "lang";
    private static final String THEME = "theme";
    private static final String AUTO = "auto";
    private static final Set<String> THEMES = Set.of("light", "dark", AUTO);
    private static final Duration KEPT = Duration.ofDays(365);

    @Override
    public LocaleContext resolveLocaleContext(ServerWebExchange exchange) {
        return new SimpleLocaleContext(languageOf(exchange));
    }

    @Override
    public void setLocaleContext(ServerWebExchange exchange, @Nullable LocaleContext locale) {
        throw new UnsupportedOperationException("the language is set by the query parameter " + LANGUAGE);
    }

    private static Locale languageOf(ServerWebExchange exchange) {
        Locale chosen = languageNamed(exchange.getRequest().getQueryParams().getFirst(LANGUAGE));
        if (chosen != null) {
            keep(exchange, LANGUAGE, chosen.getLanguage());
            return chosen;
        }
        Locale kept = languageNamed(cookie(exchange, LANGUAGE));
        if (kept != null) {
            return kept;
        }
        try {
            Locale wanted = Locale.lookup(exchange.getRequest().getHeaders().getAcceptLanguage(), LANGUAGES);
            return wanted == null ? LANGUAGES.getFirst() : wanted;
        } catch (IllegalArgumentException e) {
            // The header cannot be parsed.
            return LANGUAGES.getFirst();
        }
    }

    static String themeOf(ServerWebExchange exchange) {
        String chosen = exchange.getRequest().getQueryParams().getFirst(THEME);
        if (chosen != null && THEMES.contains(chosen)) {
            keep(exchange, THEME, chosen);
            return chosen;
        }
        String kept = cookie(exchange, THEME);
        return kept != null && THEMES.contains(kept) ? kept : AUTO;
    }

    private static @Nullable Locale languageNamed(@Nullable String tag) {
        return LANGUAGES.stream()
                .filter(language -> language.getLanguage().equals(tag))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String cookie(ServerWebExchange exchange, String name) {
        HttpCookie cookie = exchange.getRequest().getCookies().getFirst(name);
        return cookie == null ? null : cookie.getValue();
    }

    private static void keep(ServerWebExchange exchange, String name, String value) {
        if (!exchange.getResponse().isCommitted()) {
            exchange.getResponse()
                    .getCookies()
                    .set(
                            name,
                            ResponseCookie.from(name, value)
                                    .path("/")
                                    .maxAge(KEPT)
                                    .httpOnly(true)
                                    .sameSite("Lax")
                                    .build());
        }
    }
}
