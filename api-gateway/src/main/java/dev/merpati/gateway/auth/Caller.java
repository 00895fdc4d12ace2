package dev.merpati.gateway.auth;

import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * Who sent the request at hand.
 *
 * @param keyId which of the tenant's keys was used
 * @param requestId the request's id, which travels on with all that is done for it
 */
public record Caller(String tenantId, String keyId, Plan plan, String requestId) {
    /** The name of the exchange attribute that holds the caller of every request under {@code /api}. */
    public static final String ATTRIBUTE = "dev.merpati.gateway.caller";

    /** Null outside of {@code /api}. */
    public static @Nullable Caller of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }
}
