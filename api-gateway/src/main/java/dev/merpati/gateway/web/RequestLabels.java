package dev.merpati.gateway.web;

import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** What every log line of a request tells of it: its id, and its tenant once that is known. Thread-safe. */
public final class RequestLabels {
    static final String ATTRIBUTE = RequestLabels.class.getName();

    private final String requestId;
    private volatile @Nullable String tenantId;

    RequestLabels(String requestId, @Nullable String tenantId) {
        this.requestId = requestId;
        this.tenantId = tenantId;
    }

    /** Puts the tenant on all further lines of the request. */
    public static void tenant(ServerWebExchange exchange, String tenantId) {
        RequestLabels labels = exchange.getRequiredAttribute(ATTRIBUTE);
        labels.tenantId = tenantId;
    }

    String requestId() {
        return requestId;
    }

    @Nullable
    String tenantId() {
        return tenantId;
    }
}
