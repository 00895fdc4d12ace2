package dev.merpati.gateway.security;

import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.web.server.ServerWebExchange;

/**
 * A cookie that only this host gets, over https only where the request came over https. There its name has the prefix
 * {@code __Host-}, with which browsers let no other host and no plain http set it. Scripts never see it.
 *
 * <p>{@code SameSite=Lax}: other sites' forms and scripts do not send it, but whoever follows a link to the console, as in
 * a mail, is logged in there; {@code Strict} would show that reader the login page. What changes anything is a POST and
 * needs a CSRF token besides.
 */
public record HostCookie(String name) {
    private static final String PREFIX = "__Host-";
    private static final String SAME_SITE = "Lax";

    public String nameIn(ServerWebExchange exchange) {
        return isSecure(exchange) ? PREFIX + name : name;
    }

    /** Returns the cookie's value; empty when the request has none. */
    public String read(ServerWebExchange exchange) {
        HttpCookie cookie = exchange.getRequest().getCookies().getFirst(nameIn(exchange));
        return cookie == null ? "" : cookie.getValue();
    }

    /** Returns a cookie to be added to the answer; without a {@code maxAge} it ends with the browser. */
    public ResponseCookie.ResponseCookieBuilder create(ServerWebExchange exchange, String value) {
        return ResponseCookie.from(nameIn(exchange), value)
                .path("/")
                .httpOnly(true)
                .secure(isSecure(exchange))
                .sameSite(SAME_SITE);
    }

    static boolean isSecure(ServerWebExchange exchange) {
        return "https".equals(exchange.getRequest().getURI().getScheme());
    }
}
