package dev.merpati.gateway.limits;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.web.FilterOrder;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Bounds how many requests of one tenant this gateway has open at a time, whatever they wait for: a tenant whose sessions
 * are stuck takes neither the gateway's memory nor the places before others' commands in Kafka. In this process only, so
 * that nothing is left behind by a gateway that dies.
 */
@Component
@Order(FilterOrder.OPEN_REQUESTS)
final class OpenRequestsFilter implements WebFilter {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final int most;
    private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

    OpenRequestsFilter(GatewaySettings settings) {
        this.most = settings.maxOpenRequestsPerTenant();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        TenantContext tenant = TenantContext.of(exchange);
        if (tenant == null) {
            return chain.filter(exchange);
        }
        String tenantId = tenant.tenantId();
        return Mono.defer(() -> {
            if (open.merge(tenantId, 1, Integer::sum) > most) {
                leave(tenantId);
                return Mono.error(tooMany().exception());
            }
            return chain.filter(exchange).doFinally(end -> leave(tenantId));
        });
    }

    private void leave(String tenantId) {
        open.computeIfPresent(tenantId, (id, count) -> count == 1 ? null : count - 1);
    }

    private ApiError tooMany() {
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_open_requests",
                        "You have " + most
                                + " requests that are not answered yet: wait for answers before you send more")
                .retryAfter(RETRY);
    }
}
