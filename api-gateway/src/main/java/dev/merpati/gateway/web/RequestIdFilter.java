package dev.merpati.gateway.web;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives every request an id, echoes it, and puts it, and the tenant's, on every log line of the request. */
@Component
@Order(FilterOrder.REQUEST_ID)
final class RequestIdFilter implements WebFilter {
    private static final String HEADER = "X-Request-Id";

    /** Short and without anything that could break a log line or a header. */
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String id = idOf(exchange.getRequest().getHeaders().getFirst(HEADER));
        exchange.getAttributes().put(RequestId.ATTRIBUTE, id);
        exchange.getResponse().getHeaders().set(HEADER, id);
        RequestLabels labels = new RequestLabels(id, null);
        exchange.getAttributes().put(RequestLabels.ATTRIBUTE, labels);
        return chain.filter(exchange).contextWrite(context -> context.put(RequestIdLogging.KEY, labels));
    }

    private static String idOf(@Nullable String sent) {
        return sent != null && SANE.matcher(sent).matches()
                ? sent
                : UUID.randomUUID().toString();
    }
}
