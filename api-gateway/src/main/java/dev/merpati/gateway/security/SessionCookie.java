package dev.merpati.gateway.security;

import java.util.List;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.session.WebSessionIdResolver;

/** Carries the session's id between browser and gateway. */
final class SessionCookie implements WebSessionIdResolver {
    static final HostCookie COOKIE = new HostCookie("merpati");

    @Override
    public List<String> resolveSessionIds(ServerWebExchange exchange) {
        String id = COOKIE.read(exchange);
        return id.isEmpty() ? List.of() : List.of(id);
    }

    @Override
    public void setSessionId(ServerWebExchange exchange, String id) {
        exchange.getResponse()
                .getCookies()
                .set(COOKIE.nameIn(exchange), COOKIE.create(exchange, id).build());
    }

    @Override
    public void expireSession(ServerWebExchange exchange) {
        exchange.getResponse()
                .getCookies()
                .set(
                        COOKIE.nameIn(exchange),
                        COOKIE.create(exchange, "").maxAge(0).build());
    }
}
