package dev.merpati.gateway.auth;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.Tenants;
import dev.merpati.gateway.web.FilterOrder;
import dev.merpati.gateway.web.RequestId;
import dev.merpati.gateway.web.RequestLabels;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Lets nobody into {@code /api} without a valid key or a login to the console, not even to learn that a path does not
 * exist, and no key to what is outside of its scopes.
 */
@Component
@Order(FilterOrder.AUTHENTICATION)
final class AuthenticationFilter implements WebFilter {
    /** A pattern, since it decodes a path as the router does: {@code /%61pi} is {@code /api}. */
    private static final PathPattern API = PathPatternParser.defaultInstance.parse("/api/**");

    private final KeyRing keys;
    private final Tenants tenants;
    private final ConsoleIdentity console;
    private final RouteScopes scopes;
    private final TestKeySettings testKeys;

    AuthenticationFilter(
            KeyRing keys, Tenants tenants, ConsoleIdentity console, RouteScopes scopes, TestKeySettings testKeys) {
        this.keys = keys;
        this.tenants = tenants;
        this.console = console;
        this.scopes = scopes;
        this.testKeys = testKeys;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!API.matches(exchange.getRequest().getPath().pathWithinApplication())) {
            return chain.filter(exchange);
        }
        String apiKey = exchange.getRequest().getHeaders().getFirst(ApiKeys.HEADER);
        return authenticated(exchange, apiKey)
                .switchIfEmpty(Mono.error(() -> unauthorized().exception()))
                .flatMap(tenant -> {
                    exchange.getAttributes().put(TenantContext.ATTRIBUTE, tenant);
                    return chain.filter(exchange).contextWrite(context -> context.put(TenantContext.class, tenant));
                });
    }

    private Mono<TenantContext> authenticated(ServerWebExchange exchange, @Nullable String apiKey) {
        if (apiKey == null) {
            return console.tenantId()
                    .flatMap(tenants::find)
                    .map(tenant -> context(tenant, ConsoleIdentity.KEY_ID, exchange));
        }
        return keys.holderOf(apiKey).map(holder -> {
            TenantContext tenant = context(holder.tenant(), holder.key().keyId(), exchange);
            requireAllowed(holder.key(), exchange.getRequest());
            return tenant;
        });
    }

    private TenantContext context(Tenant tenant, String keyId, ServerWebExchange exchange) {
        RequestLabels.tenant(exchange, tenant.id());
        if (tenant.status() == Tenant.Status.SUSPENDED) {
            throw ApiError.of(
                            HttpStatus.FORBIDDEN,
                            "account_suspended",
                            "This account is suspended: contact the operator of this service")
                    .exception();
        }
        return new TenantContext(tenant.id(), keyId, tenant.plan(), RequestId.of(exchange));
    }

    private void requireAllowed(ApiKeyRecord key, ServerHttpRequest request) {
        if (key.test() && !testKeys.testKeys()) {
            throw ApiError.of(
                            HttpStatus.FORBIDDEN,
                            "test_key_refused",
                            "A test key reaches only the simulator, and this service is connected to WhatsApp itself:"
                                    + " use a live key")
                    .exception();
        }
        PathContainer path = request.getPath().pathWithinApplication();
        if (!scopes.allow(key.scopes(), request.getMethod(), path)) {
            String required = scopes.required(request.getMethod(), path).wireName();
            throw ApiError.of(
                            HttpStatus.FORBIDDEN,
                            "scope_missing",
                            "This API key has not the scope '" + required + "': use another key or make one with it")
                    .with("required", required)
                    .exception();
        }
    }

    private static ApiError unauthorized() {
        return ApiError.of(
                HttpStatus.UNAUTHORIZED,
                "unauthorized",
                "The API key is missing or not valid: check the X-API-Key header");
    }
}
