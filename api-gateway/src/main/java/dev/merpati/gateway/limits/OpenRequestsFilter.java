package dev.merpati.gateway.limits;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.web.FilterOrder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Bounds how many requests this gateway has open at a time, of one tenant and of all, whatever they wait for: a tenant whose
 * sessions are stuck, or whose bodies do not come, takes neither the other tenants' share, the gateway's memory nor the places before others' commands in Kafka. In this process only, so
 * that nothing is left behind by a gateway that dies.
 */
@Component
@Order(FilterOrder.OPEN_REQUESTS)
final class OpenRequestsFilter implements WebFilter {
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Streams of events stay open for long, and have limits of their own. */
    private static final PathPattern STREAM = PathPatternParser.defaultInstance.parse("/api/events/stream");

    private final FairShare open;

    OpenRequestsFilter(GatewaySettings gateway, RequestSettings requests, MeterRegistry metrics) {
        this.open = new FairShare(requests.maxOpen(), gateway.maxOpenRequestsPerTenant());
        Gauge.builder("merpati.gateway.requests.open", open, FairShare::held)
                .description("Requests of tenants that are not answered yet")
                .register(metrics);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        TenantContext tenant = TenantContext.of(exchange);
        if (tenant == null || STREAM.matches(exchange.getRequest().getPath().pathWithinApplication())) {
            return chain.filter(exchange);
        }
        String tenantId = tenant.tenantId();
        return Mono.defer(() -> open.take(tenantId, 1)
                ? chain.filter(exchange).doFinally(end -> open.giveBack(tenantId, 1))
                : Mono.error(tooMany(open.heldBy(tenantId)).exception()));
    }

    private static ApiError tooMany(long mine) {
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_open_requests",
                        "You have " + mine
                                + " requests that are not answered yet: wait for answers before you send more")
                .retryAfter(RETRY);
    }
}
