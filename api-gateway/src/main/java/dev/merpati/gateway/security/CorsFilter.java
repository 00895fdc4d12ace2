package dev.merpati.gateway.security;

import dev.merpati.gateway.web.FilterOrder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Lets scripts of the configured origins call the API. To all others, and without any configured, no answer says that they
 * may read it, which is all that a browser needs to keep it from them.
 */
@Component
@Order(FilterOrder.FORMS)
final class CorsFilter implements WebFilter {
    private final Set<String> origins;
    private final CorsWebFilter granting;

    CorsFilter(CorsSettings settings) {
        this.origins = Set.copyOf(settings.allowedOrigins());
        CorsConfiguration grant = new CorsConfiguration();
        grant.setAllowedOrigins(settings.allowedOrigins());
        grant.setAllowCredentials(false);
        grant.setAllowedMethods(List.of("GET", "POST", "PATCH", "PUT", "DELETE"));
        grant.setAllowedHeaders(
                List.of("X-API-Key", HttpHeaders.CONTENT_TYPE, "Idempotency-Key", "Last-Event-ID", "X-Request-Id"));
        grant.setExposedHeaders(List.of(
                "RateLimit", "RateLimit-Policy", HttpHeaders.RETRY_AFTER, HttpHeaders.LOCATION, "X-Request-Id"));
        grant.setMaxAge(Duration.ofHours(1));
        this.granting = new CorsWebFilter(exchange -> grant);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String origin = exchange.getRequest().getHeaders().getOrigin();
        return origin != null && origins.contains(origin) && ApiCalls.isApi(exchange)
                ? granting.filter(exchange, chain)
                : chain.filter(exchange);
    }
}
