package dev.merpati.gateway.limits;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.web.FilterOrder;
import java.time.Duration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Counts every request of a known key and says on every answer how many are left (RateLimit headers, draft 11). */
@Component
@Order(FilterOrder.RATE_LIMIT)
final class RateLimitFilter implements WebFilter {
    private static final String POLICY = "\"requests\"";

    private final RateLimiter limiter;

    RateLimitFilter(RateLimiter limiter) {
        this.limiter = limiter;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        TenantContext tenant = TenantContext.of(exchange);
        if (tenant == null) {
            return chain.filter(exchange);
        }
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.set(
                "RateLimit-Policy",
                POLICY + ";q=" + tenant.plan().requestsPerMinute() + ";w=" + RateLimiter.WINDOW.toSeconds());
        return limiter.take(tenant).flatMap(decision -> {
            headers.set(
                    "RateLimit", POLICY + ";r=" + decision.remaining() + ";t=" + wholeSeconds(decision.untilFull()));
            return decision.allowed()
                    ? chain.filter(exchange)
                    : Mono.error(tooMany(decision).exception());
        });
    }

    private static ApiError tooMany(RateLimiter.Decision decision) {
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "rate_limit_exceeded",
                        "Your plan allows " + decision.quota() + " requests per minute: wait and try again")
                .retryAfter(decision.retryAfter());
    }

    private static long wholeSeconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
