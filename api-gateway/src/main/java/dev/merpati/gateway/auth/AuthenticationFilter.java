package dev.merpati.gateway.auth;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.web.FilterOrder;
import dev.merpati.gateway.web.RequestId;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** Lets nobody into {@code /api} without a valid key, not even to learn that a path does not exist. */
@Component
@Order(FilterOrder.AUTHENTICATION)
final class AuthenticationFilter implements WebFilter {
    private static final String HEADER = "X-API-Key";

    /** A pattern, since it decodes a path as the router does: {@code /%61pi} is {@code /api}. */
    private static final PathPattern API = PathPatternParser.defaultInstance.parse("/api/**");

    private final KeyRing keys;

    AuthenticationFilter(KeyRing keys) {
        this.keys = keys;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!API.matches(exchange.getRequest().getPath().pathWithinApplication())) {
            return chain.filter(exchange);
        }
        Optional<TenantContext> tenant = Optional.ofNullable(
                        exchange.getRequest().getHeaders().getFirst(HEADER))
                .flatMap(keys::holderOf)
                .map(holder ->
                        new TenantContext(holder.tenantId(), holder.keyId(), holder.plan(), RequestId.of(exchange)));
        if (tenant.isEmpty()) {
            return Mono.error(ApiError.of(
                            HttpStatus.UNAUTHORIZED,
                            "unauthorized",
                            "The API key is missing or not valid: check the X-API-Key header")
                    .exception());
        }
        exchange.getAttributes().put(TenantContext.ATTRIBUTE, tenant.get());
        return chain.filter(exchange).contextWrite(context -> context.put(TenantContext.class, tenant.get()));
    }
}
