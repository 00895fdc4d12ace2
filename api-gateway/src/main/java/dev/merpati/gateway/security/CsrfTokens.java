package dev.merpati.gateway.security;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.security.web.server.csrf.DefaultCsrfToken;
import org.springframework.security.web.server.csrf.ServerCsrfTokenRepository;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Keeps the CSRF token in a cookie of the browser, so that a login form costs no session. Over https no other host can set
 * that cookie; scripts cannot read it, pages carry the token (masked anew each time) in their forms and in a meta tag. A login gets a new one.
 */
final class CsrfTokens implements ServerCsrfTokenRepository {
    static final String HEADER = "X-CSRF-TOKEN";
    static final String PARAMETER = "_csrf";

    private static final HostCookie COOKIE = new HostCookie("merpati-csrf");

    @Override
    public Mono<CsrfToken> generateToken(ServerWebExchange exchange) {
        return Mono.fromSupplier(() -> token(UUID.randomUUID().toString()));
    }

    @Override
    public Mono<Void> saveToken(ServerWebExchange exchange, @Nullable CsrfToken token) {
        return Mono.fromRunnable(() -> {
            if (token == null) {
                forget(exchange);
            } else {
                exchange.getResponse()
                        .getCookies()
                        .set(
                                COOKIE.nameIn(exchange),
                                COOKIE.create(exchange, token.getToken()).build());
            }
        });
    }

    @Override
    public Mono<CsrfToken> loadToken(ServerWebExchange exchange) {
        return Mono.fromSupplier(() -> COOKIE.read(exchange))
                .filter(value -> !value.isEmpty())
                .map(CsrfTokens::token);
    }

    /** Makes the next page begin with a new token. */
    static void forget(ServerWebExchange exchange) {
        exchange.getResponse()
                .getCookies()
                .set(
                        COOKIE.nameIn(exchange),
                        COOKIE.create(exchange, "").maxAge(0).build());
    }

    private static CsrfToken token(String value) {
        return new DefaultCsrfToken(HEADER, PARAMETER, value);
    }
}
