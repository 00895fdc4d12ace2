package dev.merpati.gateway.auth;

import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.Tenants;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Asks during a long answer whether its client may still have it: whether its key was revoked, or its tenant suspended. Whether a
 * browser is still logged in is only known when it asks for something new.
 */
@Component
public class StillAllowed {
    private final KeyRing keys;
    private final Tenants tenants;
    private final RouteScopes scopes;

    StillAllowed(KeyRing keys, Tenants tenants, RouteScopes scopes) {
        this.keys = keys;
        this.tenants = tenants;
        this.scopes = scopes;
    }

    public Mono<Boolean> check(TenantContext tenant, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String apiKey = request.getHeaders().getFirst(ApiKeys.HEADER);
        Mono<Tenant> standing = apiKey == null
                ? tenants.find(tenant.tenantId())
                : keys.holderOf(apiKey)
                        .filter(holder -> scopes.allow(
                                holder.key().scopes(),
                                request.getMethod(),
                                request.getPath().pathWithinApplication()))
                        .map(KeyRing.Holder::tenant);
        return standing.map(found -> found.status() == Tenant.Status.ACTIVE).defaultIfEmpty(false);
    }
}
