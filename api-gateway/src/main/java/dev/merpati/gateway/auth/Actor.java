package dev.merpati.gateway.auth;

import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.web.ClientAddress;
import org.springframework.web.server.ServerWebExchange;

/**
 * Who does something, for the audit log.
 *
 * @param name an e-mail address, or what {@link AuditEvent} names
 * @param address where the request comes from
 */
public record Actor(String name, String address) {

    /** The actor of a request to the API. */
    public static Actor of(TenantContext tenant, ServerWebExchange exchange) {
        return new Actor(
                tenant.keyId().equals(ConsoleIdentity.KEY_ID)
                        ? ConsoleIdentity.KEY_ID
                        : AuditEvent.keyActor(tenant.keyId()),
                ClientAddress.of(exchange));
    }

    /** @param name see {@link Actor} */
    public static Actor named(String name, ServerWebExchange exchange) {
        return new Actor(name, ClientAddress.of(exchange));
    }

    public AuditEvent did(String action, String subject) {
        return new AuditEvent(name, action, subject, address);
    }
}
