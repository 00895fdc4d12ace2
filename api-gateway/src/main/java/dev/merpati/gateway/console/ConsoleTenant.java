package dev.merpati.gateway.console;

import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.auth.Actor;
import dev.merpati.gateway.auth.ConsoleIdentity;
import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.tenant.Tenants;
import dev.merpati.gateway.web.RequestId;
import dev.merpati.gateway.web.RequestLabels;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Finds the tenant whose account a page's request is logged in to. */
@Component
class ConsoleTenant {
    private final ConsoleIdentity console;
    private final Tenants tenants;

    ConsoleTenant(ConsoleIdentity console, Tenants tenants) {
        this.console = console;
        this.tenants = tenants;
    }

    /** An error of 401 when nobody is logged in, which only a page has that anybody may see. */
    Mono<TenantContext> of(ServerWebExchange exchange) {
        return console.tenantId()
                .flatMap(tenants::find)
                .doOnNext(tenant -> RequestLabels.tenant(exchange, tenant.id()))
                .map(tenant ->
                        new TenantContext(tenant.id(), ConsoleIdentity.KEY_ID, tenant.plan(), RequestId.of(exchange)))
                .switchIfEmpty(
                        Mono.error(() -> ApiError.of(HttpStatus.UNAUTHORIZED, "unauthorized", "Log in to see this page")
                                .exception()));
    }

    /** Who is logged in, for the audit log. */
    Mono<Actor> actor(ServerWebExchange exchange) {
        return console.email().defaultIfEmpty(AuditEvent.SYSTEM).map(email -> Actor.named(email, exchange));
    }
}
