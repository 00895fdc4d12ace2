package dev.merpati.gateway.web;

import org.springframework.core.annotation.Order;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Puts the headers on every answer that keep a browser from doing with it what nobody meant it to, and keeps it out of caches
 * unless it says otherwise itself.
 */
@Component
@Order(FilterOrder.SECURITY_HEADERS)
final class SecurityHeadersFilter implements WebFilter {
    private static final String HSTS = "Strict-Transport-Security";
    private static final String A_YEAR = "max-age=31536000";

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        SecurityHeaders.ALWAYS.forEach(headers::set);
        if ("https".equals(exchange.getRequest().getURI().getScheme())) {
            headers.set(HSTS, A_YEAR);
        }
        exchange.getResponse().beforeCommit(() -> {
            if (!headers.containsHeader(HttpHeaders.CACHE_CONTROL)) {
                headers.setCacheControl(CacheControl.noStore());
            }
            return Mono.empty();
        });
        return chain.filter(exchange);
    }
}
