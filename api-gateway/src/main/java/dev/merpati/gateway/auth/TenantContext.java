package dev.merpati.gateway.auth;

import dev.merpati.gateway.tenant.Plan;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * The authenticated tenant of one request. Is in its exchange, and in its Reactor context under this class.
 *
 * @param keyId the tenant's API key that the request was sent with, or {@link ConsoleIdentity#KEY_ID}
 * @param requestId the request's id, which travels on with everything done for it
 */
public record TenantContext(String tenantId, String keyId, Plan plan, String requestId) {
    /** Names the exchange attribute that holds the tenant of every request under {@code /api}. */
    public static final String ATTRIBUTE = "dev.merpati.gateway.tenant";

    /** Returns the tenant; null outside of {@code /api}. */
    public static @Nullable TenantContext of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }
}
