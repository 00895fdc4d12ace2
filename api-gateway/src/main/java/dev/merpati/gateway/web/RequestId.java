package dev.merpati.gateway.web;

import org.springframework.web.server.ServerWebExchange;

/** The id under which everything that happens for a request can be found, here and in the worker. */
public final class RequestId {
    static final String ATTRIBUTE = RequestId.class.getName();

    private RequestId() {}

    public static String of(ServerWebExchange exchange) {
        return exchange.getRequiredAttribute(ATTRIBUTE);
    }
}
